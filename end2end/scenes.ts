// Every page, with a company in it: what axe checks and what `make screens` photographs.
import type { Page } from '@playwright/test';
import { visitsToAccess } from './scenes/access';
import { visitsToConnections } from './scenes/connections';
import { visitsOfOthers } from './scenes/outside';
import { visitsToPeople } from './scenes/people';

export { test } from './scenes/company';

export const visits = [...visitsOfOthers, ...visitsToPeople, ...visitsToAccess, ...visitsToConnections];

/** Stands still for axe and for photographs: nothing fades from one colour to another. */
export async function still(page: Page, theme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.evaluate(() => document.fonts.ready);
}
