import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../muster.mjs';
import { still, test, visits } from '../scenes';

const file = (name: string) => path.join(root, 'target/screens', `${name}.png`);
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

for (const { who, arrive, scenes } of visits) {
  test(`the pages of ${who}`, async ({ page, company }) => {
    await arrive(page, company);
    for (const [name, arrange] of scenes) {
      await test.step(name, async () => {
        await arrange(page, company);
        for (const [look, theme, size] of [
          ['light', 'light', desktop],
          ['dark', 'dark', desktop],
          ['phone', 'light', phone],
        ] as const) {
          await page.setViewportSize(size);
          await still(page, theme);
          // What sticks to the top stands there, wherever the focus is.
          await page.evaluate(() => window.scrollTo(0, 0));
          await page.screenshot({ path: file(`${name}.${look}`), fullPage: true });
        }
        await page.setViewportSize(desktop);
        if (name === 'users') await photographForReadme(page);
      });
    }
  });
}

/** The README shows what fits into one window. */
async function photographForReadme(page: Parameters<typeof still>[0]) {
  await still(page, 'light');
  await page.screenshot({ path: file('readme') });
  copyFileSync(file('readme'), path.join(root, 'docs/users.png'));
}
