// Pictures of the journeys, for the documents: only when `cargo xtask pictures` asks for them.
import { join } from 'node:path';

const folder = process.env.THROUGHLINE_PICTURES;

/** Takes the page as it is: on a desk, and on a telephone. */
export async function picture(page, name) {
  if (!folder) return;
  const before = page.viewportSize();
  for (const [size, width, height] of [['desk', 1280, 900], ['telephone', 390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${size}.png`), scale: 'css', animations: 'disabled', caret: 'hide' });
  }
  await page.setViewportSize(before);
}
