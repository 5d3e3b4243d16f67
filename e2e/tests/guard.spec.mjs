// What a browser must refuse on behalf of whoever is signed in: being framed, and forms sent from elsewhere.
import { createServer } from 'node:http';
import { expect, test } from '../desk/test.mjs';

/** A page on another origin. */
async function elsewhere(html, use) {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(html));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

test('no other page can frame the desk', async ({ browser, desk }) => {
  const page = await browser.newPage();
  await elsewhere(`<iframe src="${desk.address}/sign-in" title="desk"></iframe>`, async (address) => {
    await page.goto(address);
    await expect.poll(() => page.frames().length).toBe(2);
    await expect.poll(() => page.frames()[1].url()).toContain('chrome-error://');
  });
  const answer = await page.request.get(`${desk.address}/sign-in`);
  expect(answer.headers()['x-frame-options']).toBe('DENY');
  expect(answer.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
  await page.close();
});

test('a form on another page does nothing to whoever is signed in', async ({ page, signIn, desk }) => {
  await signIn('case manager');
  const forged = `<form method="post" action="${desk.address}/sign-out"><button>Win a prize</button></form>`;
  await elsewhere(forged, async (address) => {
    await page.goto(address);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/sign-out'));
    await page.getByRole('button').click();
    expect([302, 303, 403]).toContain((await answered).status());
  });
  await page.goto(`${desk.address}/account/calendar`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your appointments in your calendar');
});

test('an address behind which there is nothing has a page with a way back', async ({ page, signIn }) => {
  await signIn('case manager');
  const answer = await page.goto('/no/such/page');
  expect(answer.status()).toBe(404);
  await expect(page.getByRole('link', { name: 'Throughline', exact: true })).toHaveAttribute('href', '/');
});
