// What every page must pass, in every state that a test brings it to.
import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { expect } from '@playwright/test';

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const markup = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard'],
  rules: {
    // How it is written is the templates' own affair.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'long-title': 'off',
  },
});

/** Everything at once: accessibility, markup, no sideways scrolling on a telephone and at twice the size. */
export async function checkPage(page, name) {
  await accessible(page, name);
  await validMarkup(page, name);
  await fits(page, name);
}

/** No violation of WCAG 2.2 AA that axe can find. */
export async function accessible(page, name) {
  const found = await new AxeBuilder({ page }).withTags(WCAG_22_AA).analyze();
  const violations = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join('\n    ')}`,
  );
  expect(violations, `axe on ${name}`).toEqual([]);
}

/** The markup as the server sent it, by the standard. */
export async function validMarkup(page, name) {
  const sent = await page.context().request.get(page.url());
  if (!(sent.headers()['content-type'] ?? '').startsWith('text/html')) return;
  const text = await sent.text();
  expect(text.length, `${name} is at most 100 kB`).toBeLessThanOrEqual(100_000);
  const report = await markup.validateString(text);
  const mistakes = report.results.flatMap((result) =>
    result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`),
  );
  expect(mistakes, `markup of ${name}`).toEqual([]);
}

/** The page itself never scrolls sideways: at 390 pixels, and at 1280 with everything at twice the size. */
export async function fits(page, name) {
  const before = page.viewportSize();
  for (const width of [390, 640]) {
    // Zooming to 200 % on a screen 1280 wide leaves the page 640 pixels.
    await page.setViewportSize({ width, height: 844 });
    const reaching = await page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      const over = [...document.body.querySelectorAll('*')].filter((at) => at.getBoundingClientRect().right > room + 1);
      const told = over.slice(-3).map((at) => at.outerHTML.slice(0, 160));
      return [`${document.documentElement.scrollWidth} pixels`, ...told];
    });
    expect(reaching, `what reaches beyond ${name} at ${width} pixels`).toEqual([]);
  }
  await page.setViewportSize(before);
}
