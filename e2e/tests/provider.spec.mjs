// Signing in by the word of an identity provider: authorization code with PKCE, against a certified implementation.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPage } from '../desk/checks.mjs';
import { openProvider } from '../desk/provider.mjs';
import { openDesk } from '../desk/server.mjs';
import { expect, test as base } from '../desk/test.mjs';

const PEOPLE = {
  's-ivy': { name: 'Ivy Innes', preferred_username: 'ivy.innes', council: 'capital', groups: ['jsw-analysts', 'everyone'] },
  's-nobody': { name: 'Noel Nobody', preferred_username: 'noel', council: 'capital', groups: ['everyone'] },
  's-thief': { name: 'Terry Thief', preferred_username: 'w-capital-001', council: 'capital', groups: ['jsw-admins'] },
};

const test = base.extend({
  provider: [async ({}, use) => {
    const provider = await openProvider(PEOPLE);
    await use(provider);
    await provider.close();
  }, { scope: 'worker' }],
  desk: [async ({ provider }, use) => {
    const file = join(tmpdir(), `throughline-provider-${process.pid}.toml`);
    await writeFile(file, provider.file);
    const desk = await openDesk({ options: ['--provider', file] });
    provider.for(desk.address);
    await use(desk);
    await desk.close();
  }, { scope: 'worker' }],
});

test.describe.configure({ timeout: 180_000 });

async function come(page, provider, subject) {
  await page.context().clearCookies();
  provider.comes(subject);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with your council account' }).click();
}

test('somebody new is let in with the roles that the provider tells, and follows them', async ({ page, provider }) => {
  await come(page, provider, 's-ivy');
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto('/account');
  const about = page.locator('.govuk-summary-list').first();
  await expect(about).toContainText('Ivy Innes');
  await expect(about).toContainText(/analyst/i);
  await expect(page.getByRole('cell', { name: 'identity provider' })).toBeVisible();
  await checkPage(page, 'the account of somebody whom a provider vouches for');
  PEOPLE['s-ivy'].groups = ['jsw-auditors'];
  await come(page, provider, 's-ivy');
  await page.goto('/account');
  await expect(page.locator('.govuk-summary-list').first()).toContainText(/auditor/i);
});

test('who has no role here, or bears the name of another, is not let in', async ({ page, provider }) => {
  for (const subject of ['s-nobody', 's-thief']) {
    await come(page, provider, subject);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are not let in');
    await page.goto('/account');
    await expect(page).toHaveURL(/sign-in/);
  }
});

test('an answer that this browser did not ask for is worth nothing', async ({ page, desk }) => {
  await page.goto(`${desk.address}/sign-in/provider/back?code=stolen&state=stolen`);
  await expect(page).toHaveURL(/sign-in/);
});
