// How each page is reached, in its main states. The keys are the declared paths.

/** Opens an address as somebody. */
const as = (who, address) => async ({ page, signIn, desk }) => {
  await signIn(who);
  const answer = await page.goto(typeof address === 'function' ? address(desk) : address);
  return answer.status();
};
const asNobody = (address) => async ({ page }) => (await page.goto(address)).status();

export const PAGES = {
  '/unpaid-work': { 'the roll': as('unpaid work supervisor', '/unpaid-work') },
  '/account/calendar': {
    'no address': as('case manager', '/account/calendar'),
    'an address that was just made': async ({ page, signIn }) => {
      await signIn('case manager');
      await page.goto('/account/calendar');
      await page.getByRole('button', { name: 'Make a private address' }).click();
      await page.getByLabel('Your private address').waitFor();
    },
  },
  '/sign-in': {
    'asked for an account': asNobody('/sign-in'),
    'an account that is not there': async ({ page }) => {
      await page.goto('/sign-in');
      await page.getByLabel('Account').fill('nobody');
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
  },
};

/** Declared, and not a page: where it only sends the browser elsewhere, or answers a file. */
export const NOT_PAGES = {
  '/': 'sends to the first page of whoever is signed in',
  '/assets/{name}': 'style and scripts',
  '/calendar/{file}': 'a calendar, for calendar programs',
  '/up': 'a word for whoever watches the server',
};
