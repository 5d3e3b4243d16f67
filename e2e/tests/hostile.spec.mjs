// What somebody types who means harm: two hundred ways to smuggle a script, in every field of text of the record, looked at
// on every page in a real browser. The watch of the tests fails when anything runs, is blocked by the content policy, or asks
// another host.
import { expect, journey as test } from '../desk/test.mjs';

const MARKUP = [
  '<script>ran(1)</script>',
  '<img src=x onerror=ran(1)>',
  '<svg onload=ran(1)>',
  '<svg><script>ran(1)</script></svg>',
  '<iframe srcdoc="<script>parent.ran(1)</script>">',
  '<a href="javascript:ran(1)" autofocus onfocus=ran(1)>x</a>',
  '<details open ontoggle=ran(1)>',
  '<input autofocus onfocus=ran(1)>',
  '<body onload=ran(1)>',
  '<math><mi xlink:href="javascript:ran(1)">x</mi></math>',
  '<video><source onerror=ran(1)></video>',
  '<audio src=x onerror=ran(1)>',
  "<style>@import 'https://elsewhere.example/x.css';</style>",
  '<object data="javascript:ran(1)"></object>',
  '<embed src="https://elsewhere.example/x">',
  '<link rel=stylesheet href=https://elsewhere.example/x.css>',
  '<meta http-equiv=refresh content="0;url=javascript:ran(1)">',
  '<base href="https://elsewhere.example/">',
  '<form action="javascript:ran(1)"><button>go</button></form>',
  '<img src="https://elsewhere.example/x.png">',
  '&lt;script&gt;ran(1)&lt;/script&gt;',
  '&#60;script&#62;ran(1)&#60;/script&#62;',
  '%3Cscript%3Eran(1)%3C/script%3E',
  "{{constructor.constructor('ran(1)')()}}",
  '${ran(1)} <%= ran(1) %>',
];
const WAYS_OUT = ['', '"> ', "'> ", '</textarea>', '</title></option></select>', '--> ]]> ', '</script></style>', '" onmouseover=ran(1) x="'];
const PAYLOADS = WAYS_OUT.flatMap((out) => MARKUP.map((markup) => out + markup));

/** Every kind of event with text in it, filled with a payload. */
const told = (order, n, text) => [
  ['person.named', { kind: 'known_as', given: text, family: text }],
  ['person.language', { language: text.slice(0, 60), interpreter: true }],
  ['person.adjustment', { need: text, adjustment: text }],
  ['person.address', { kind: 'home', lines: [text, text] }],
  ['person.contact_detail', { route: 'email', value: `a@${text.replaceAll(' ', '')}`, safe: { note: text } }],
  ['person.described', { answers: { gender: { is: text } } }],
  ['court.hearing', { court: { name: text, kind: 'not_known' }, about: text, outcome: text }],
  ['plan.finalised', { kind: 'case_management', objectives: [text], home_visits: text }],
  ['supervision.level_set', { level: 'high', reasons: text }],
  ['contact.held', { kind: 'office', with: 'case_manager', outcome: text }],
  ['contact.planned', { contact: `X-${n}`, kind: 'office', with: 'partner', on: '2026-03-30', place: text, about: text }],
  ['contact.missed', { kind: 'office', note: text }],
  ['noncompliance.recorded', { incident: `X-${n}`, order, cause: 'drift', what: text }],
  ['noncompliance.reason_accepted', { incident: `X-${n}`, reason: text, evidence: text }],
  ['report.requested', { report: `X-${n}`, kind: 'court', by: text }],
  ['milestone.reached', { milestone: 'rmr_failure', order, note: text }],
];
const PAGES = ['', '/chronology?page=all', '/orders', '/contacts', '/messages', '/compliance', '/unpaid-work', '/standards', '/network', '/details'];

test('two hundred ways to smuggle a script, in every field of text, run nowhere', async ({ page, context, desk, signIn }) => {
  test.setTimeout(900_000);
  await context.addInitScript(() => {
    window.ran = () => console.error('what somebody typed ran as a script');
  });
  page.on('dialog', (dialog) => dialog.dismiss().then(() => console.error(`a dialog opened: ${dialog.message()}`)));
  await signIn('case manager');
  const csrf = await page.locator('input[name=csrf]').first().getAttribute('value');
  await page.goto('/caseload');
  const links = await page.locator('tbody th a[href^="/people/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));

  const people = [];
  for (const link of [...new Set(links)]) {
    const shown = await (await page.request.get(`/api/v1${link}`)).json();
    const order = shown.orders.find((one) => !one.ended_on)?.order;
    if (order) people.push({ link, version: shown.version, order });
    if (people.length === 20) break;
  }
  expect(people.length, 'people with an order').toBeGreaterThanOrEqual(10);

  const each = Math.ceil(PAYLOADS.length / people.length);
  const refused = [];
  let recorded = 0;
  for (const [place, person] of people.entries()) {
    for (const [n, text] of PAYLOADS.slice(place * each, (place + 1) * each).entries()) {
      for (const [kind, data] of told(person.order, n, text)) {
        const answer = await page.request.post(`/api/v1${person.link}/events`, {
          headers: { origin: desk.address, 'x-csrf-token': csrf, 'if-match': `"${person.version}"` },
          data: { events: [{ kind, happened: '2026-03-02', data }] },
        });
        if (answer.status() === 201) {
          person.version = (await answer.json()).version;
          recorded += 1;
        } else refused.push(`${kind}: ${answer.status()} ${(await answer.text()).slice(0, 200)}`);
      }
    }
  }
  const expected = PAYLOADS.length * told('', 0, '').length;
  expect(refused.slice(0, 5), `${refused.length} of ${expected} were refused`).toEqual([]);
  expect(recorded).toBe(expected);

  for (const person of people) {
    for (const below of PAGES) {
      const answer = await page.goto(person.link + below);
      expect(answer.status(), below).toBe(200);
      await expect(page.locator('h1')).toHaveCount(1);
    }
  }
  for (const shared of ['/today', '/caseload', '/search']) {
    await page.goto(shared);
    await expect(page.locator('h1')).toHaveCount(1);
  }
  for (const text of PAYLOADS.slice(0, 25)) {
    await page.goto('/today');
    await page.locator('#quick-search').fill(text);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/search/);
    await expect(page.locator('h1')).toHaveCount(1);
  }
});
