// The day of a case manager: see what is due and why, record three contacts, one missed appointment through to the response.
// With JavaScript and without: the same steps, the same words.
import { checkPage } from '../../desk/checks.mjs';
import { picture } from '../../desk/pictures.mjs';
import { expect, journey as test } from '../../desk/test.mjs';

/** The addresses of the first people in the caseload. */
async function people(page, count) {
  await page.goto('/caseload');
  const all = await page.locator('tbody th a[href^="/people/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  return [...new Set(all)].slice(0, count);
}

const done = (page) => page.locator('.govuk-notification-banner--success');

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: scripts });
    const shown = (page, name) => (scripts ? picture(page, name) : undefined);

    test('the day of a case manager', async ({ page, signIn }) => {
      test.setTimeout(180_000);
      await test.step('what is due', async () => {
        await signIn('case manager');
        await expect(page).toHaveURL(/\/today$/);
        await expect(page.getByRole('heading', { level: 1 })).toContainText('Today');
        await checkPage(page, 'Today');
        await shown(page, 'case-manager-1-today');
      });

      await test.step('why one thing is due', async () => {
        const why = page.locator('details.tl-why').first();
        await why.locator('summary').click();
        await expect(why).toHaveAttribute('open', '');
        await expect(why).toContainText(/due by/);
        await shown(page, 'case-manager-2-why');
        const address = await why.locator('a').first().getAttribute('href');
        await page.goto(address);
        await expect(page.locator('#reason')).toContainText('Standard:');
        await checkPage(page, 'the whole reason');
        await shown(page, 'case-manager-3-the-whole-reason');
      });

      const [first, second, third, fourth] = await people(page, 4);
      await shown(page, 'case-manager-4-caseload');

      await test.step('a person', async () => {
        await page.goto(first);
        await checkPage(page, 'Overview');
        await shown(page, 'case-manager-5-a-person');
        await page.getByRole('link', { name: 'Chronology', exact: true }).click();
        await checkPage(page, 'Chronology');
        await shown(page, 'case-manager-6-chronology');
      });

      for (const [person, note] of [
        [first, 'Seen at the office; the plan was talked through.'],
        [second, 'Came in early. Looking for work.'],
        [third, 'Talked about the course; begins next week.'],
      ]) {
        await test.step(`a contact with ${person}`, async () => {
          await page.goto(`${person}/record/contact`);
          await page.getByRole('radio', { name: 'Held', exact: false }).first().check();
          await page.getByLabel('What was done and agreed, or what was tried').fill(note);
          if (person === first) {
            await checkPage(page, 'Record a contact');
            await shown(page, 'case-manager-7-a-contact');
          }
          await page.getByRole('button', { name: 'Record', exact: true }).click();
          await expect(done(page)).toContainText('Recorded');
        });
      }

      await test.step('an appointment that was missed', async () => {
        await page.goto(`${fourth}/record/contact`);
        await page.getByRole('radio', { name: 'Missed', exact: false }).first().check();
        await page.getByLabel('What was done and agreed, or what was tried').fill('Did not come; no answer by telephone.');
        await page.getByRole('button', { name: 'Record', exact: true }).click();
        await expect(page).toHaveURL(/noncompliance\.recorded/);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Non-compliance');
        await checkPage(page, 'Non-compliance');
        await page.getByRole('radio', { name: 'Drift in motivation', exact: false }).check();
        await page.getByLabel('What happened').fill('Did not come to the office; said on Friday that work comes first.');
        await shown(page, 'case-manager-8-non-compliance');
        await page.getByRole('button', { name: 'Record', exact: true }).click();
        await expect(done(page)).toContainText('Recorded');
      });

      await test.step('what was done about it', async () => {
        await page.goto(`${fourth}/compliance`);
        await checkPage(page, 'Compliance');
        await page.getByRole('link', { name: /^Response to non-compliance/ }).first().click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Response to non-compliance');
        await checkPage(page, 'Response to non-compliance');
        await page.getByRole('radio', { name: /first written warning/i }).check();
        await page.getByLabel('Why').fill('The reason given was not accepted; nothing that came in between.');
        await shown(page, 'case-manager-9-response');
        await page.getByRole('button', { name: 'Record', exact: true }).click();
        await expect(done(page)).toContainText('Recorded');
        await page.goto(`${fourth}/compliance`);
        await expect(page.locator('.tl-matter').first()).toContainText(/first written warning/i);
        await shown(page, 'case-manager-10-compliance');
      });
    });

    test('a mistake is said beside its field, with a way to it, and nothing that was typed is lost', async ({ page, signIn }) => {
      await signIn('case manager');
      const [person] = await people(page, 1);
      await page.goto(`${person}/record/contact`);
      await page.getByLabel('When', { exact: true }).fill('30 February');
      await page.getByLabel('What was done and agreed, or what was tried').fill('Typed with care.');
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      const summary = page.locator('.govuk-error-summary');
      await expect(summary).toContainText('There is a problem');
      await expect(page.getByLabel('What was done and agreed, or what was tried')).toHaveValue('Typed with care.');
      await checkPage(page, 'Record a contact, with a mistake');
      await summary.getByRole('link').first().click();
      await expect(page.getByLabel('When', { exact: true })).toBeFocused();
    });
  });
}
