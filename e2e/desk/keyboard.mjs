// A hand that has no mouse: it moves with Tab, and sees what has the focus.
import { expect } from '@playwright/test';

/** What has the focus: its role or tag, and its name. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return '';
    const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent ?? at.value ?? '';
    return `${at.tagName.toLowerCase()} ${label.trim().replace(/\s+/g, ' ')}`;
  });

/** Presses Tab until the focus is on what is wanted, and checks on the way that the focus can always be seen. */
export async function tabTo(page, wanted, most = 120) {
  const seen = [];
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    seen.push(name);
    await expectFocusSeen(page, name);
    if (wanted.test(name)) return name;
  }
  throw new Error(`Tab never came to ${wanted}. It came to:\n${seen.join('\n')}`);
}

async function expectFocusSeen(page, name) {
  const visible = await page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return true;
    const style = getComputedStyle(at);
    const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)';
    // A radio or a tick box is drawn by what stands beside it.
    const beside = at.nextElementSibling ? getComputedStyle(at.nextElementSibling, '::before').boxShadow !== 'none' : false;
    const box = at.getBoundingClientRect();
    return (marked || beside) && box.width > 0 && box.height > 0;
  });
  expect(visible, `the focus on “${name}” can be seen`).toBe(true);
}
