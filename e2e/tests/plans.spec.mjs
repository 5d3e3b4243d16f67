// Plans on paper, by keyboard alone, and by every rule that axe has, those of good practice too.
import AxeBuilder from '@axe-core/playwright';
import { tabTo } from '../desk/keyboard.mjs';
import { expect, journey, test } from '../desk/test.mjs';

const PLAN = '/plans/lb-area-plan-2011';
/** The pages of a plan. */
const PAGES = [
  '/plans',
  PLAN,
  ...['board', 'timeline', 'indicators', 'equality', 'partnership', 'workforce', 'reports', 'history', 'document', 'inbox'].map(
    (page) => `${PLAN}/${page}`,
  ),
  `${PLAN}/items/1.1.1-3`,
  `${PLAN}/record/meeting.called`,
  `${PLAN}/reports/quarterly/2025-q4`,
  `${PLAN}/reports/cpo/2024-25`,
  '/plans/omp-2009/indicators/upw-commence',
  '/plans/strategic-plan-2008/consultations/s2',
  '/plans/funding?total=14500000.01&limit=5',
];
const IN_PUBLIC = [
  '/community',
  `/community${PLAN}`,
  `/community${PLAN}/reports/cpo/2024-25`,
  `/community${PLAN}/suggestions`,
  '/community/plans/strategic-plan-2008/consultations/s2',
];
/** A4 between its margins, in pixels of 1/96 inch. */
const PAPER = { width: 680, height: 990 };

test('pages of plans break no rule of axe, and fit on paper', async ({ page, signIn }) => {
  test.setTimeout(180_000);
  const problems = [];
  const look = async (address) => {
    const answer = await page.goto(address);
    if (answer.status() !== 200) problems.push(`${address} answers ${answer.status()}`);
    const found = await new AxeBuilder({ page }).analyze();
    problems.push(...found.violations.map(({ id, nodes }) => `${address}: ${id}: ${nodes[0].html.slice(0, 120)}`));
    problems.push(...(await onPaper(page)).map((problem) => `${address} on paper: ${problem}`));
  };
  for (const address of IN_PUBLIC) await look(address);
  await signIn('planner');
  for (const address of PAGES) await look(address);
  expect(problems, 'what is wrong with pages of plans').toEqual([]);
});

/** What is cut off, and what is on paper that serves only on a screen. */
async function onPaper(page) {
  const before = page.viewportSize();
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(PAPER);
  const problems = await page.evaluate(() => {
    const seen = (at) => at.getClientRects().length > 0 && getComputedStyle(at).visibility !== 'hidden';
    const wrong = [];
    const cut = [...document.querySelectorAll('main *')].find(
      (at) => seen(at) && !at.closest('.govuk-visually-hidden, svg') && at.getBoundingClientRect().right > innerWidth + 1,
    );
    if (cut) wrong.push(`cut off on the right: ${cut.outerHTML.slice(0, 120)}`);
    const button = [...document.querySelectorAll('button, nav')].find(seen);
    if (button) wrong.push(`on paper: ${button.outerHTML.slice(0, 120)}`);
    const told = [...document.querySelectorAll('main a')].find((at) => !['none', '', 'normal'].includes(getComputedStyle(at, '::after').content));
    if (told) wrong.push(`says where it leads: ${told.outerHTML.slice(0, 120)}`);
    return wrong;
  });
  await page.emulateMedia({ media: null });
  await page.setViewportSize(before);
  return problems;
}

journey('a planner without a mouse calls a meeting and tells how work goes', async ({ page, desk }) => {
  journey.setTimeout(180_000);
  const person = desk.accounts.planner;
  const heading = page.getByRole('heading', { level: 1 });
  const follow = async (wanted) => {
    await tabTo(page, wanted);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  };
  await page.goto('/sign-in');
  await tabTo(page, /^input Account/);
  await page.keyboard.type(person.account);
  await tabTo(page, /^input Password/);
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await expect(heading).toHaveText('Plans');
  await follow(/^a Lothian & Borders area plan/);
  await expect(heading).toHaveText('Overview');
  for (const tab of ['Board', 'Timeline', 'Indicators', 'Equality', 'Partnership', 'Workforce', 'Reports', 'History', 'Document']) {
    await follow(new RegExp(`^a ${tab}$`));
    await expect(page.locator('[aria-current="page"]', { hasText: tab })).toBeVisible();
  }

  await follow(/^a Partnership$/);
  await follow(/^a Call a meeting, or joint training$/);
  await expect(heading).toHaveText('Call a meeting, or joint training');
  await tabTo(page, /^input Reference/);
  await page.keyboard.type('board-9');
  await tabTo(page, /^select Who meets/);
  await page.keyboard.type('The board');
  await tabTo(page, /^input Title/);
  await page.keyboard.type('The board in spring');
  await tabTo(page, /^input Day$/);
  await page.keyboard.type('12/5/2026');
  await tabTo(page, /^input Place/);
  await page.keyboard.type('Haddington');
  await tabTo(page, /^input Anybody may come/);
  await page.keyboard.press('Space');
  await follow(/^button Record$/);
  await expect(page.locator('.govuk-notification-banner--success')).toContainText('The meeting is called.');
  await expect(page.getByRole('heading', { name: /^The board in spring/ })).toBeVisible();

  await page.goto(`${PLAN}/items/1.1.1-5`);
  await tabTo(page, /^input Under way/);
  await page.keyboard.press('Space');
  await tabTo(page, /^textarea What has been done/);
  await page.keyboard.type('Told without a mouse.');
  await follow(/^button Save$/);
  await expect(page.getByText('Told without a mouse.').first()).toBeVisible();
});
