// A contact recorded by somebody who uses no mouse: every step by Tab, space, arrows and Enter, the focus always in sight.
import { tabTo } from '../desk/keyboard.mjs';
import { expect, journey as test } from '../desk/test.mjs';

test('a contact is recorded with the keyboard alone', async ({ page, desk }) => {
  test.setTimeout(120_000);
  const person = desk.accounts['case manager'];
  await page.goto('/sign-in');
  await tabTo(page, /^a Skip to main content/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^input Account/);
  await page.keyboard.type(person.account);
  await tabTo(page, /^input Password/);
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/today$/);

  await tabTo(page, /^a Caseload/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/caseload/);
  await tabTo(page, /^a Record: /);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Record something');
  await tabTo(page, /^a Record a contact/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Record a contact');
  await tabTo(page, /^textarea What was done and agreed/);
  await page.keyboard.type('Seen; recorded without a mouse.');
  await tabTo(page, /^button Record$/);
  await page.keyboard.press('Enter');
  await expect(page.locator('.govuk-notification-banner--success')).toContainText('Recorded');
});
