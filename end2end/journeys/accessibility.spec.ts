import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from '../fixtures';
import { still, test, visits } from '../scenes';

// Visits know nothing of each other: both workers take some, each with a company of its own.
test.describe.configure({ mode: 'parallel' });

const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

for (const { who, arrive, scenes } of visits) {
  test(`axe finds nothing on the pages of ${who}`, async ({ page, company }) => {
    await arrive(page, company);
    for (const [name, arrange] of scenes) {
      await test.step(name, async () => {
        await arrange(page, company);
        for (const theme of ['light', 'dark'] as const) {
          await still(page, theme);
          expect.soft(await violations(page), `${name}, ${theme}`).toEqual([]);
        }
        // WCAG 1.4.10: nothing is to be scrolled sideways on a narrow screen.
        const { width, height } = page.viewportSize()!;
        await page.setViewportSize({ width: 320, height });
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name}, at 320 px`).toBe(320);
        await page.setViewportSize({ width, height });
      });
    }
  });
}

/** Each as "rule: where", to be read in a failure. Pages have no frames, so axe needs no second tab to finish in. */
async function violations(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(standard).setLegacyMode(true).analyze();
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}
