// What a visit is made of.
import type { Page } from '@playwright/test';
import { expect } from '../fixtures';
import { goTo, open } from '../support';
import type { Company } from './company';

export type Scene = [name: string, arrange: (page: Page, company: Company) => Promise<unknown>];
/** Who sees which pages: each comes once, then goes from scene to scene. */
export type Visit = { who: string; arrive: (page: Page, company: Company) => Promise<unknown>; scenes: Scene[] };

export async function openFrom(page: Page, list: 'Groups' | 'Roles' | 'Connections', name: string) {
  await goTo(page, list);
  await open(page, name);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

export const submit = (page: Page, button: string) =>
  page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
export const problem = (page: Page) => expect(page.locator('[aria-invalid]').first()).toBeVisible();
export const signInPage = (page: Page, { muster }: Company) => page.goto(`${muster.url}/sign-in`);
