// A neighbour answers a consultation without an account and suggests unpaid work; a planner looks at both; the neighbour reads
// what became of them. With JavaScript and without: the same steps, the same words.
import { checkPage } from '../../desk/checks.mjs';
import { picture } from '../../desk/pictures.mjs';
import { expect, journey as test } from '../../desk/test.mjs';

const CONSULTATION = '/community/plans/strategic-plan-2008/consultations/s2';
const SUGGESTIONS = '/community/plans/lb-area-plan-2011/suggestions';

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: scripts });
    const shown = (page, name) => (scripts ? picture(page, name) : undefined);
    const answer = `A home first, ${scripts ? 'and' : 'or'} <script>alert(1)</script> nothing else works.`;
    const work = `Clear the path ${scripts ? 'behind' : 'beside'} the school.`;

    test('a neighbour and a planner', async ({ page, browser, desk, signIn }) => {
      test.setTimeout(120_000);
      const outside = await browser.newContext({ baseURL: desk.address, javaScriptEnabled: scripts });
      const neighbour = await outside.newPage();

      await test.step('answers a consultation', async () => {
        await neighbour.goto('/community');
        await checkPage(neighbour, 'Community');
        await shown(neighbour, 'community-1-front');
        await neighbour.goto(CONSULTATION);
        await neighbour.locator('textarea').first().fill(answer);
        await neighbour.getByLabel('You may publish and quote what I wrote, without a name').check();
        // Nobody reads and answers a question in less.
        await neighbour.waitForTimeout(4_500);
        await neighbour.getByRole('button', { name: 'Send' }).click();
        await expect(neighbour.getByRole('heading', { level: 1 })).toHaveText('Thank you');
        await checkPage(neighbour, 'Thank you');
        await neighbour.goto(CONSULTATION);
        await expect(neighbour.getByText(answer)).toHaveCount(0);
      });

      await test.step('suggests unpaid work', async () => {
        await neighbour.goto(SUGGESTIONS);
        await neighbour.getByLabel('What could be done?').fill(work);
        await neighbour.getByLabel('Where?').fill('Mill Lane');
        await neighbour.waitForTimeout(4_500);
        await neighbour.getByRole('button', { name: 'Send' }).click();
        await expect(neighbour.getByRole('heading', { level: 1 })).toHaveText('Thank you');
      });

      await test.step('the planner publishes the answer', async () => {
        await signIn('planner');
        await page.goto('/plans/strategic-plan-2008/inbox');
        await shown(page, 'community-2-inbox');
        const sent = page.locator('article.tl-matter', { hasText: answer });
        await sent.getByRole('button', { name: /^Publish/ }).click();
        await expect(page.locator('.govuk-notification-banner--success')).toContainText('It counts, and is published.');
        await neighbour.goto(CONSULTATION);
        await expect(neighbour.getByText(answer)).toBeVisible();
        await checkPage(neighbour, 'Consultation');
        await shown(neighbour, 'community-3-consultation');
      });

      await test.step('the planner proposes the work', async () => {
        await page.goto('/plans/lb-area-plan-2011/inbox');
        const sent = page.locator('article.tl-matter', { hasText: work });
        await sent.getByLabel('Reference of the proposal, or reason').fill('UPW-2026-20');
        await sent.getByRole('button', { name: 'Propose' }).click();
        await neighbour.goto(SUGGESTIONS);
        await expect(neighbour.locator('li', { hasText: work })).toContainText('It became a proposal');
      });

      await test.step('the planner tells how an action goes', async () => {
        await page.goto('/plans/lb-area-plan-2011/items/1.1.1-5');
        await page.getByLabel('Under way').check();
        await page.getByLabel('What has been done').fill('Two prisons have sent their figures.');
        await page.getByRole('button', { name: 'Save' }).click();
        await expect(page.getByText('Two prisons have sent their figures.').first()).toBeVisible();
        await checkPage(page, 'An action');
        await shown(page, 'community-4-action');
      });
      await outside.close();
    });
  });
}
