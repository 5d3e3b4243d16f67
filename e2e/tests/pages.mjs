// States of pages that no link leads to: forms with mistakes, what is shown once. The keys are the declared paths. Every page
// as a link leads to it is looked at by every_page.spec.mjs.

/** Opens an address as somebody. */
const as = (who, address) => async ({ page, signIn, desk }) => {
  await signIn(who);
  const answer = await page.goto(typeof address === 'function' ? address(desk) : address);
  return answer.status();
};
const asNobody = (address) => async ({ page }) => (await page.goto(address)).status();

async function makeToken(page) {
  await page.goto('/account/tokens/new');
  await page.getByLabel('Name').fill('nightly export');
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Make it' }).click();
}

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
      await page.getByLabel('Password').fill('nothing');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    },
  },
  '/account': {
    'one session and nothing else': as('analyst', '/account'),
    'with a token': async ({ page, signIn }) => {
      await signIn('auditor');
      await makeToken(page);
      await page.goto('/account');
    },
  },
  '/account/confirm': {
    'asked who one is': as('analyst', '/account/confirm?then=/account'),
    'a wrong answer': async ({ page, signIn }) => {
      await signIn('analyst');
      await page.goto('/account/confirm');
      await page.getByLabel('Password, or a code').fill('wrong');
      await page.getByRole('button', { name: 'Confirm' }).click();
    },
  },
  '/account/password': {
    'asked for a new one': as('analyst', '/account/password'),
    'one that is easy to guess': async ({ page, signIn }) => {
      await signIn('analyst');
      await page.goto('/account/password');
      await page.getByLabel('New password', { exact: true }).fill('password1234');
      await page.getByLabel('New password again').fill('password1234');
      await page.getByRole('button', { name: 'Change it' }).click();
    },
  },
  '/account/authenticator': { 'a picture to scan': as('analyst', '/account/authenticator') },
  '/account/tokens/new': {
    'asked what for': as('analyst', '/account/tokens/new'),
    'a token that was just made': async ({ page, signIn }) => {
      await signIn('analyst');
      await makeToken(page);
    },
  },
  '/measures': {
    'broken down, with rows that are hidden': as('analyst', `/measures?cohort=2022-23,2023-24&definition=scotland-headline&by=age`),
    'by crime and weighed': as(
      'analyst',
      '/measures?cohort=2021-22,2022-23,2023-24&definition=scotland-headline&by=group&severity=statutory-maximum',
    ),
    'one cohort by several definitions': as(
      'team manager',
      '/measures?cohort=2023-24&definition=scotland-headline&definition=proven-reoffending',
    ),
    'by the risk band of a predictor, with what must be said of it': as('analyst', '/measures?cohort=2022-23,2023-24&definition=scotland-headline&by=ogrs3'),
    'too early to be measured': as('analyst', '/measures?cohort=2025-26&definition=scotland-headline'),
    'with mistakes': as('analyst', '/measures?cohort=soon&as_of=then'),
  },
  '/administration/users': {
    everybody: as('administrator', '/administration/users'),
    nobody: as('administrator', '/administration/users?state=left'),
  },
  '/administration/users/new': {
    empty: as('administrator', '/administration/users/new'),
    'with mistakes': async ({ page, signIn }) => {
      await signIn('administrator');
      await page.goto('/administration/users/new');
      await page.getByRole('button', { name: 'Add' }).click();
    },
  },
  '/administration/users/{account}': {
    'somebody who can sign in': as('administrator', (desk) => `/administration/users/${desk.accounts['case manager'].account}`),
  },
  '/administration/teams': {
    'the tree': as('administrator', '/administration/teams'),
    'with mistakes': async ({ page, signIn }) => {
      await signIn('administrator');
      await page.goto('/administration/teams');
      await page.getByRole('button', { name: 'Name the team' }).click();
    },
  },
  '/plans': { 'what is due in a year': as('planner', '/plans?days=365') },
  '/plans/{plan}': {
    'filtered to nothing': as('planner', '/plans/omp-2009?year=1&colour=undated'),
    'as it was known': as('planner', '/plans/omp-2009?known_at=1/1/2020'),
    'as a version had it': as('planner', '/plans/omp-2009?version=0.01'),
  },
  '/plans/{plan}/items/{item}': {
    'work to report on': as('planner', '/plans/lb-area-plan-2011/items/1.1.1-3'),
    'with mistakes': async ({ page, signIn }) => {
      await signIn('planner');
      await page.goto('/plans/lb-area-plan-2011/items/1.1.1-3');
      await page.getByRole('button', { name: 'Save' }).click();
    },
  },
  '/plans/{plan}/indicators/{indicator}': {
    'live, with the cases behind a reading': async ({ page, signIn }) => {
      await signIn('team manager');
      await page.goto('/plans/omp-2009/indicators/upw-commence');
      await page.getByRole('link', { name: 'Cases not in time' }).first().click();
    },
    'a reading to record': as('planner', '/plans/omp-2009/indicators/sentences-completed'),
  },
  '/plans/{plan}/record/{kind}': {
    'with mistakes': async ({ page, signIn }) => {
      await signIn('planner');
      await page.goto('/plans/lb-area-plan-2011/record/meeting.called');
      await page.getByRole('button', { name: 'Record' }).click();
    },
  },
  '/plans/{plan}/inbox': { 'an answer that waits': as('planner', '/plans/strategic-plan-2008/inbox') },
  '/plans/funding': {
    'another total': as('planner', '/plans/funding?total=14500000.01&limit=5'),
    'with mistakes': as('planner', '/plans/funding?total=ten'),
  },
  '/community': { 'what is open': asNobody('/community') },
  '/community/plans/{plan}/consultations/{consultation}': {
    'sent without an answer': async ({ page }) => {
      await page.goto('/community/plans/strategic-plan-2008/consultations/s2');
      await page.getByRole('button', { name: 'Send' }).click();
    },
  },
  '/community/plans/{plan}/suggestions': {
    'sent too quickly': async ({ page }) => {
      await page.goto('/community/plans/lb-area-plan-2011/suggestions');
      await page.getByLabel('What could be done?').fill('Clear the path');
      await page.getByLabel('Where?').fill('Mill Lane');
      await page.getByRole('button', { name: 'Send' }).click();
    },
  },
};
