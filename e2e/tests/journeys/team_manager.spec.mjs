// The day of a team manager: allocate a new order with the workload in view, look into a missed standard, endorse a breach.
// With JavaScript and without.
import { checkPage } from '../../desk/checks.mjs';
import { picture } from '../../desk/pictures.mjs';
import { expect, journey as test } from '../../desk/test.mjs';

const done = (page) => page.locator('.govuk-notification-banner--success');

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: scripts });
    const shown = (page, name) => (scripts ? picture(page, name) : undefined);

    test('the day of a team manager', async ({ page, signIn }) => {
      test.setTimeout(180_000);
      await test.step('what waits', async () => {
        await signIn('team manager');
        await page.goto('/team');
        await expect(page.getByRole('heading', { level: 1 })).toContainText('Team');
        await checkPage(page, 'Team');
        await shown(page, 'team-manager-1-team');
      });

      await test.step('allocate a new order', async () => {
        const allocate = page.getByRole('region', { name: 'To allocate' }).getByRole('link', { name: /^Allocate/ });
        await allocate.first().click();
        await expect(page.getByRole('heading', { level: 1 })).toContainText(/llocate/);
        await checkPage(page, 'Allocate');
        await shown(page, 'team-manager-2-allocate');
        await page.getByRole('radio').first().check();
        const reason = page.getByLabel('Why the case changes hands');
        if (await reason.count()) await reason.fill('The worker has room.');
        await page.getByRole('button', { name: 'Allocate' }).click();
        await expect(done(page)).toContainText('llocated');
      });

      await test.step('look into a missed standard', async () => {
        await page.goto('/team');
        await page.getByRole('link', { name: 'Standards met and missed' }).click();
        await checkPage(page, 'Standards');
        await shown(page, 'team-manager-3-standards');
        const missed = page.getByRole('link', { name: /^\d+ Missed/ });
        for (let quarter = 0; quarter < 4 && (await missed.count()) === 0; quarter += 1) {
          const here = page.url();
          await page.getByRole('link', { name: 'Quarter before' }).click();
          await page.waitForURL((url) => url.href !== here);
        }
        await missed.first().click();
        const state = page.locator('details.tl-why').first();
        await state.locator('summary').click();
        const why = await state.locator('a').first().getAttribute('href');
        await page.goto(why);
        await expect(page.locator('#reason')).toContainText('What opened it');
        await checkPage(page, 'Why a standard was missed');
        await shown(page, 'team-manager-4-why-it-was-missed');
      });

      await test.step('endorse a breach', async () => {
        await page.goto('/team');
        const breaches = page.getByRole('link', { name: /^Discuss and endorse/ });
        await expect(breaches.first()).toBeVisible();
        const before = await breaches.count();
        await breaches.first().click();
        await expect(page.getByRole('heading', { level: 1 })).toContainText('ndorse');
        await checkPage(page, 'Endorse a breach');
        await page.getByLabel('What was discussed').fill('The incidents were gone through; supervision and a warning were tried first. Agreed.');
        await shown(page, 'team-manager-5-endorse');
        await page.getByRole('button', { name: 'Record', exact: true }).click();
        await expect(done(page)).toContainText('Recorded');
        await page.goto('/team');
        await expect(breaches).toHaveCount(before - 1);
      });
    });
  });
}
