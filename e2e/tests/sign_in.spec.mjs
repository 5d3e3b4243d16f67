// Who gets in and who does not, in a real browser.
import { checkPage } from '../desk/checks.mjs';
import { codeOf } from '../desk/code.mjs';
import { expect, signIn, test } from '../desk/test.mjs';
import { dictionary } from '@zxcvbn-ts/language-common';

// Each of these is a journey with several looks at a page.
test.describe.configure({ timeout: 180_000 });

const PASSWORD = 'harbour-violet-tractor-moon';

async function typeIn(page, account, password) {
  await page.goto('/sign-in');
  await page.getByLabel('Account').fill(account);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** An administrator adds somebody; answers the one-time password. */
async function added(browser, desk, account, role = 'Case manager') {
  const context = await browser.newContext({ baseURL: desk.address });
  const page = await context.newPage();
  await signIn(page, desk, 'administrator');
  await page.goto('/administration/users/new');
  await page.getByLabel('Account').fill(account);
  await page.getByLabel('Name').fill('New Person');
  await page.getByLabel(role).or(page.getByLabel(role.toLowerCase())).first().check();
  await page.getByRole('button', { name: 'Add' }).click();
  const password = await page.locator('#one-time').textContent();
  await checkPage(page, 'the one-time password').catch((error) => {
    // The page answers a form that was sent, so it cannot be fetched again: its markup is that of the list then.
    if (!String(error).includes('markup')) throw error;
  });
  await context.close();
  return password;
}

/** The virtual authenticator of the browser: a passkey that always proves its user. */
async function withAuthenticator(context, page) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
}

test('somebody new finishes their account, and signs in with password and code', async ({ page, browser, desk }) => {
  const first = await added(browser, desk, 'new.person');
  await typeIn(page, 'new.person', first);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('choose a password');
  await checkPage(page, 'choosing a password');
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await checkPage(page, 'adding a second factor');
  const key = await page.locator('p:has-text("Key:") code').textContent();
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key, desk.clock()));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
  const recovery = await page.locator('.tl-codes code').first().textContent();
  await page.getByRole('button', { name: 'carry on' }).click();
  await page.goto('/account');
  await expect(page.getByText('Authenticator app.')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await typeIn(page, 'new.person', PASSWORD);
  await checkPage(page, 'the second step');
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.locator('.govuk-error-summary')).toContainText('do not fit together');
  // The code of the step in which the account was finished has been used: the next one counts already.
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key, desk.clock() + 30_000));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.goto('/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await typeIn(page, 'new.person', PASSWORD);
  await page.getByLabel('Code', { exact: true }).fill(recovery.toUpperCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.goto('/account');
  await expect(page.getByText('9 recovery codes left.')).toBeVisible();
});

test('none of the 3,000 most common passwords is taken', async ({ page, browser, desk }) => {
  await typeIn(page, 'common.person', await added(browser, desk, 'common.person'));
  const csrf = await page.locator('form:has(#password) input[name=csrf]').getAttribute('value');
  const taken = [];
  for (const password of dictionary.passwords.slice(0, 3_000)) {
    const form = { csrf, password, again: password };
    const answer = await page.request.post('/enrol/password', { form, headers: { origin: desk.address }, maxRedirects: 0 });
    if (answer.status() !== 422) taken.push(`${password}: ${answer.status()}`);
  }
  expect(taken).toEqual([]);
});

test('a passkey is added and lets in without a word typed', async ({ page, context, desk, signIn }) => {
  await withAuthenticator(context, page);
  await signIn('unpaid work supervisor');
  await page.goto('/account');
  await page.getByLabel('Name of a new passkey').fill('work laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('rowheader', { name: 'work laptop' })).toBeVisible();
  await checkPage(page, 'an account with a passkey');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto('/account');
  await expect(page.getByRole('cell', { name: 'passkey', exact: true })).toBeVisible();
  await page.goto('/account/confirm?then=/account/password');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Change your password');
});

test('somebody new may add a passkey instead of an authenticator', async ({ page, context, browser, desk }) => {
  const first = await added(browser, desk, 'passkey.person');
  await withAuthenticator(context, page);
  await typeIn(page, 'passkey.person', first);
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await typeIn(page, 'passkey.person', PASSWORD);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
});

test('an administrator begins with a passkey, and nothing else is offered', async ({ page, context, browser, desk }) => {
  const first = await added(browser, desk, 'new.administrator', 'Administrator');
  await withAuthenticator(context, page);
  await typeIn(page, 'new.administrator', first);
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add a passkey');
  await expect(page.getByLabel('Code', { exact: true })).toHaveCount(0);
  await checkPage(page, 'adding the passkey that a role needs');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await page.goto('/administration/users');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
});

test('what takes a passkey says so to whoever has none', async ({ page, signIn }) => {
  await signIn('case manager');
  await page.goto('/account/confirm?by=passkey&then=/today');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Use your passkey');
  await checkPage(page, 'a passkey is asked for');
  await page.getByRole('link', { name: 'Add one to your account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
});

test('whoever guesses is held up, in words that say what to do', async ({ page, browser, desk }) => {
  await added(browser, desk, 'guessed.person');
  for (let n = 0; n < 6; n += 1) await typeIn(page, 'guessed.person', `guess ${n}`);
  await expect(page.locator('.govuk-error-summary')).toContainText(/There were too many tries\. Try again after \d+:\d\d[ap]m/);
});

test('a session that is revoked elsewhere is over with the next request', async ({ page, browser, desk }) => {
  const context = await browser.newContext({ baseURL: desk.address });
  const elsewhere = await context.newPage();
  await signIn(page, desk, 'auditor');
  await signIn(elsewhere, desk, 'auditor');
  await page.goto('/account');
  await page.getByRole('button', { name: 'End every other session' }).click();
  await elsewhere.goto('/account');
  await expect(elsewhere).toHaveURL(/sign-in/);
  await context.close();
});
