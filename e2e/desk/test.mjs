// What every test of the desk has: a desk, somebody signed in, and a watch that fails the test when a page asks another host
// for anything, breaks the content policy or throws.
import { test as base, expect } from '@playwright/test';
import { openDesk } from './server.mjs';

export { expect };

const withDesk = (scope) =>
  base.extend({
    /** A desk on an area of its own: for a test alone, or for all tests of a worker. */
    desk: [
      async ({}, use) => {
        const desk = await openDesk();
        await use(desk);
        await desk.close();
      },
      { scope },
    ],

    baseURL: async ({ desk }, use) => use(desk.address),

    context: async ({ context }, use) => {
      const wrong = watch(context);
      await use(context);
      expect(wrong, 'what pages did that none may').toEqual([]);
    },

    /** Signs somebody in by their role. */
    signIn: async ({ page, desk }, use) => use((who) => signIn(page, desk, who)),
  });

/** Tests that only look share a desk. */
export const test = withDesk('worker');
/** Tests that record something have one each. */
export const journey = withDesk('test');

/** Watches every page of a context; answers the list of what went wrong, which grows as it happens. */
export function watch(context) {
  const wrong = [];
  const own = (url) => ['localhost', '127.0.0.1'].includes(new URL(url).hostname);
  context.on('request', (request) => {
    const url = request.url();
    if (url.startsWith('http') && !own(url)) wrong.push(`asked ${new URL(url).host} for something`);
  });
  context.on('weberror', (error) => wrong.push(`threw: ${error.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    // Chromium says each refused answer (404, 422, …) as an error: those are what some tests are about.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) wrong.push(`said: ${text}`);
  });
  return wrong;
}

/** Signs somebody in by their role. */
export async function signIn(page, desk, role) {
  const person = desk.accounts[role];
  if (!person) throw new Error(`Nobody can be tried as “${role}”: there are ${Object.keys(desk.accounts).join(', ')}.`);
  await page.goto(`${desk.address}/sign-in`);
  await page.getByLabel('Account').fill(person.account);
  if (person.password) await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  return person;
}
