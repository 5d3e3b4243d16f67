// Pages in states that no link leads to.
import { checkPage } from '../desk/checks.mjs';
import { test } from '../desk/test.mjs';
import { PAGES } from './pages.mjs';

for (const [path, states] of Object.entries(PAGES)) {
  for (const [state, visit] of Object.entries(states)) {
    test(`${path}: ${state}`, async ({ page, signIn, desk }) => {
      await visit({ page, signIn, desk });
      await checkPage(page, `${path}: ${state}`);
    });
  }
}
