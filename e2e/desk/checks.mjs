// What every page must pass, in every state that a test brings it to.
import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { expect, test } from '@playwright/test';

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The largest page, in bytes. */
const LARGEST = 100_000;

const markup = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard'],
  rules: {
    // How it is written is the templates' own affair.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'attr-quotes': 'off',
    'long-title': 'off',
    'no-inline-style': 'error',
  },
});

/** Fails the test with everything that is wrong with the page as it is now. */
export async function checkPage(page, name) {
  const problems = [...(await notAccessible(page)), ...(await tooWide(page)), ...(await wrongHeadings(page))];
  expect(problems, name).toEqual([]);
}

/** Everything that is wrong with a page that was just opened: `answer` is what the server sent. */
export async function findProblems(page, answer) {
  return [
    ...(await wrongMarkup(answer)),
    ...(await notAccessible(page)),
    ...(await tooWide(page)),
    ...(await wrongHeadings(page)),
  ];
}

/** Violations of WCAG 2.2 AA that axe can find. */
async function notAccessible(page) {
  // Axe is a script: the same page is looked at by the journeys with JavaScript.
  if (test.info().titlePath.includes('without JavaScript')) return [];
  const found = await new AxeBuilder({ page }).withTags(WCAG_22_AA).analyze();
  return found.violations.map(({ id, help, nodes }) => `axe ${id}: ${help}: ${nodes[0].html.slice(0, 200)} (${nodes.length})`);
}

/** The markup as the server sent it, by the standard. */
async function wrongMarkup(answer) {
  const text = await answer.text();
  const large = text.length > LARGEST ? [`it has ${text.length} bytes`] : [];
  const report = await markup.validateString(text);
  const mistakes = report.results.flatMap((result) => result.messages);
  return [...large, ...mistakes.map((m) => `markup ${m.ruleId} at ${m.line}:${m.column}: ${m.message}`)];
}

/** One heading of the first level. */
async function wrongHeadings(page) {
  const count = await page.locator('h1').count();
  return count === 1 ? [] : [`it has ${count} headings of the first level`];
}

/** The page itself never scrolls sideways: at 390 pixels, and at 1280 with everything at twice the size. */
async function tooWide(page) {
  const before = page.viewportSize();
  const problems = [];
  // Zooming to 200 % on a screen 1280 wide leaves the page 640 pixels.
  for (const width of [390, 640]) {
    await page.setViewportSize({ width, height: 844 });
    const reaching = await page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      const over = [...document.body.querySelectorAll('*')].filter((at) => at.getBoundingClientRect().right > room + 1);
      return [`${document.documentElement.scrollWidth} pixels`, ...over.slice(-1).map((at) => at.outerHTML.slice(0, 160))];
    });
    if (reaching.length > 0) problems.push(`it scrolls sideways at ${width} pixels: ${reaching.join(' ')}`);
  }
  await page.setViewportSize(before);
  return problems;
}
