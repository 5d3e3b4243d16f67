// Every page that the program declares, as everybody who can reach it: the test walks the desk by its links, as each role, and
// looks at each kind of page that it comes to. A page that is declared and that no link leads to fails it.
import { execFileSync } from 'node:child_process';
import { findProblems } from '../desk/checks.mjs';
import { expect, signIn, test } from '../desk/test.mjs';

const declared = JSON.parse(
  execFileSync(process.env.THROUGHLINE_PROGRAM, ['serve', '--routes'], { encoding: 'utf8', maxBuffer: 1 << 24 }),
);
const pages = declared.filter((route) => route.method === 'GET').map((route) => route.path);

/** Declared, and no page: why. */
const NOT_PAGES = {
  '/': 'sends to the first page of whoever is signed in',
  '/assets/{name}': 'style and scripts',
  '/calendar/{file}': 'a calendar, for calendar programs',
  '/up': 'a word for whoever watches the server',
  '/sign-in/provider': 'sends to the identity provider',
  '/sign-in/provider/back': 'comes back from it',
  '/administration/access.csv': 'a file to take away',
  '/measures/figures.csv': 'a file to take away',
  '/measures/rates.svg': 'a chart to take away',
  '/plans/{plan}/reports/{kind}/{period}/document.pdf': 'a document to take away',
  '/community/plans/{plan}/reports/{kind}/{period}/document.pdf': 'a document to take away',
  '/plans/{plan}/reports/{kind}/{period}/figures/{figure}': 'a file to take away',
  '/dates': 'says a date in full, for a script',
};
/** Pages on the way to somewhere, which no link leads to: looked at in sign_in.spec.mjs. */
const ON_THE_WAY = ['/sign-in/code', '/enrol', '/enrol/code', '/enrol/password', '/carry-on', '/account/confirm', '/community/thanks'];
/** Where a form or a long list leads: begun from there too. */
const begins = (desk) => ({
  '': ['/sign-in'],
  auditor: ['/', `/administration/access?by=account&of=${desk.accounts['case manager'].account}`],
  'team manager': ['/', '/today/coming'],
});

/** How many of a kind of page one role looks at: every form for recording is one of its own, and so is each question to the log. */
const MANY = {
  '/people/{id}/record/{kind}': 80,
  '/plans/{plan}/record/{kind}': 40,
  '/plans/{plan}/reports/{kind}/{period}': 6,
  '/community/plans/{plan}': 4,
  '/administration/access': 3,
  '/measures': 2,
};
const most = (pattern) => MANY[pattern] ?? 1;

/** The declared path of an address: the one with the fewest names in braces that fits. */
function patternOf(path) {
  const parts = path.split('/');
  const fits = (pattern) => {
    const wanted = pattern.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith('{') || part === parts[at]);
  };
  const names = (pattern) => pattern.split('{').length;
  return pages.filter(fits).sort((a, b) => names(a) - names(b))[0];
}

test('every page that is declared is reached by a link and passes every check', async ({ browser, desk }) => {
  test.setTimeout(900_000);
  const looked = new Map([...Object.keys(NOT_PAGES), ...ON_THE_WAY].map((path) => [path, 1]));
  const problems = [];
  for (const role of ['', ...Object.keys(desk.accounts)]) {
    await test.step(role || 'nobody', async () => {
      const context = await browser.newContext({ baseURL: desk.address, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      if (role) await signIn(page, desk, role);
      const own = new Map();
      const queue = (begins(desk)[role] ?? ['/']).map((address) => [address, 'the beginning']);
      const seen = new Set(queue.map(([address]) => address));
      while (queue.length > 0) {
        const [address, from] = queue.shift();
        const pattern = patternOf(address.split('?')[0]);
        if (pattern !== '/' && pattern in NOT_PAGES) continue;
        const known = address === '/' ? 0 : (own.get(pattern) ?? 0);
        if (known >= most(pattern)) continue;
        const answer = await page.goto(address);
        if (answer.status() >= 400) problems.push(`${role}: ${from} leads to ${address}, which answers ${answer.status()}`);
        if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
        own.set(pattern, known + 1);
        const here = patternOf(new URL(page.url()).pathname);
        if (here !== pattern) own.set(here, (own.get(here) ?? 0) + 1);
        // What was looked at as another role is looked at again only where it is another page for this one.
        if ((looked.get(here) ?? 0) < most(here) + 1) {
          looked.set(here, (looked.get(here) ?? 0) + 1);
          problems.push(...(await findProblems(page, answer)).map((problem) => `${role} ${address}: ${problem}`));
        }
        const links = await page.$$eval('a[href]', (all) => all.map((link) => link.href));
        for (const link of links) {
          const url = new URL(link);
          if (url.origin !== desk.address) continue;
          const next = url.pathname + url.search;
          if (!seen.has(next) && patternOf(url.pathname)) {
            seen.add(next);
            queue.push([next, address]);
          }
        }
      }
      await context.close();
    });
  }
  const missed = pages.filter((path) => !looked.has(path) && !path.startsWith('/api/'));
  problems.push(...missed.map((path) => `no link leads to ${path}`));
  expect(problems, 'what is wrong with pages').toEqual([]);
});
