// Every page that the program declares is looked at: a new one fails this test until it says how it is reached.
import { execFileSync } from 'node:child_process';
import { checkPage } from '../desk/checks.mjs';
import { expect, test } from '../desk/test.mjs';
import { NOT_PAGES, PAGES } from './pages.mjs';

const declared = JSON.parse(execFileSync(process.env.THROUGHLINE_PROGRAM, ['serve', '--routes'], { encoding: 'utf8' }));
const pages = declared.filter((route) => route.method === 'GET').map((route) => route.path);

test('every page that is declared is looked at, and nothing else is', () => {
  const known = [...Object.keys(PAGES), ...Object.keys(NOT_PAGES)].sort();
  const fresh = pages.filter((path) => !known.includes(path) && !path.startsWith('/api/'));
  expect(fresh, 'pages that e2e/tests/pages.mjs does not know').toEqual([]);
  expect(known.filter((path) => !pages.includes(path)), 'pages that are not there any more').toEqual([]);
});

for (const [path, states] of Object.entries(PAGES)) {
  for (const [state, visit] of Object.entries(states)) {
    test(`${path}: ${state}`, async ({ page, signIn, desk }) => {
      const status = await visit({ page, signIn, desk });
      expect(status ?? 200, 'the answer').toBeLessThan(500);
      await expect(page.locator('h1')).toHaveCount(1);
      await checkPage(page, `${path}: ${state}`);
    });
  }
}
