// Pictures of the journeys, for the documents: only when `cargo xtask pictures` asks for them. Those that go with somebody on a
// visit are taken on a telephone too.
import { join } from 'node:path';

const folder = process.env.THROUGHLINE_PICTURES;

const ON_A_VISIT = ['case-manager-1-today', 'case-manager-5-a-person', 'case-manager-7-a-contact', 'team-manager-1-team'];

/** Takes the page as it is. */
export async function picture(page, name) {
  if (!folder) return;
  const before = page.viewportSize();
  const sizes = [['desk', 1280, 900], ['telephone', 390, 844]];
  for (const [size, width, height] of ON_A_VISIT.includes(name) ? sizes : sizes.slice(0, 1)) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${size}.png`), scale: 'css', animations: 'disabled', caret: 'hide' });
  }
  await page.setViewportSize(before);
}
