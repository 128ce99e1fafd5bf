import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../connect.mjs';
import { expect, test as base } from '../fixtures';
import { Canaille } from '../idp/canaille.mjs';
import { card, copied, goTo, open, row, signIn, signOut } from '../support';
import type { Page } from '@playwright/test';

const password = 'a lantern for every harbour';

// A provider of which no line is ours: its own pages, its own OpenID library, its own SCIM client.
const test = base.extend<{ canaille: Canaille }>({
  canaille: async ({}, use, info) => {
    // SCIM's externalId is Canaille's id for somebody: the subject has to be the same.
    const canaille = await Canaille.install({ CANAILLE_OIDC__USERINFO_MAPPING__SUB: '{{ user.id }}' });
    await canaille.serve();
    await use(canaille);
    await canaille.remove();
    if (info.status !== info.expectedStatus) await info.attach('canaille.log', { body: canaille.output, contentType: 'text/plain' });
  },
});

// Each command of Canaille's takes seconds, on busy cores many.
test.describe.configure({ timeout: 600_000 });

test('sign in through Canaille, a second and independent provider', async ({ page, muster, canaille, freshPage }) => {
  const owner = await muster.setUp('Acme', 'owner@acme.example');
  const connection = await connect(muster, canaille, 'generic', {
    organization: owner.organization,
    name: 'Acme Canaille',
    label: 'acme-canaille',
    issuer: canaille.issuer,
  });

  const alan = await canaille.createUser('alan', 'Alan', 'Turing', '--password', password);
  await test.step('Canaille knows Alan from before, and pushes Grace by SCIM', async () => {
    await canaille.pushTo({ baseUrl: connection.scim_base_url, token: connection.scim_token });
    await canaille.createUser('grace', 'Grace', 'Hopper', '--password', password);
    expect(canaille.complaints).toEqual([]);
  });

  await test.step('Grace signs in at its pages, consents, and lands on her account', async () => {
    await page.goto(muster.url);
    await signInAtCanaille(page, 'grace');
    await expect(page).toHaveURL(`${muster.url}/me`);
    await expect(page.getByRole('heading', { level: 1, name: 'Grace Hopper' })).toBeVisible();
    await expect(card(page, 'Profile')).toContainText('grace@acme.example');
  });

  await test.step('she signs out, and comes back without a password: Canaille knows her still', async () => {
    await signOut(page);
    await expect(page.getByRole('heading', { level: 1, name: 'You are signed out' })).toBeVisible();
    await page.goto(`${muster.url}/me`);
    // Its access tokens say the second and nothing of their own: it answers 500 to the second one of the same person's in one.
    await pause(1100);
    await page.getByRole('link', { name: 'Continue with Acme Canaille' }).click();
    await expect(page).toHaveURL(`${muster.url}/me`);
  });

  await test.step('Alan, whom nobody pushed, is refused and told what was expected', async () => {
    const his = await freshPage();
    await his.goto(muster.url);
    await signInAtCanaille(his, 'alan');
    await expect(his.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    await expect(his.getByRole('main')).toContainText('sign_in_unknown_subject');
    await expect(copied(his, 'Expected externalId')).toHaveText(alan.id);
    await his.goto(`${muster.url}/me`);
    await expect(his).toHaveURL(/\/sign-in\/acme/);
  });

  await test.step('locked at Canaille, Grace loses the page that she has open', async () => {
    await canaille.run('set', 'user', 'grace', '--lock-date', '2020-01-01T00:00:00+00:00');
    expect(canaille.complaints).toEqual([]);
    await page.reload();
    await expect(page).toHaveURL(/\/sign-in\/acme\?.*return_to=%2Fme/);
  });

  await test.step('the owner sees both', async () => {
    const theirs = await freshPage();
    await theirs.goto(muster.url);
    await signIn(theirs, 'owner@acme.example', owner.password);
    await goTo(theirs, 'Users');
    await expect(row(theirs, 'Grace Hopper')).toContainText('Deactivated by Acme Canaille');
    await expect(row(theirs, 'Alan Turing')).toHaveCount(0);
    await goTo(theirs, 'Activity');
    await expect(theirs.getByRole('link', { name: /^Grace Hopper signed in$/ }).first()).toBeVisible();
    await open(theirs, 'Somebody was refused at sign-in to Acme Canaille');
    await expect(theirs.getByRole('main')).toContainText(alan.id);
  });
});

/** From Muster's sign-in page to its callback, by all that Canaille asks of somebody who comes for the first time. */
async function signInAtCanaille(page: Page, userName: string) {
  await page.getByRole('link', { name: 'Continue with Acme Canaille' }).click();
  await page.getByLabel('Login').fill(userName);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'The application Muster is requesting access to:' })).toBeVisible();
  await page.getByRole('button', { name: 'Accept' }).click();
}
