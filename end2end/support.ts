// What people do in Muster, by the words that they see.
import { expect, type Locator, type Page } from '@playwright/test';
import { totp } from './totp.mjs';

/** Good enough for set-up. */
export const password = 'correct horse battery staple lantern';

/** Opens one of the rail's pages. */
export async function goTo(page: Page, name: 'Overview' | 'Users' | 'Groups' | 'Roles' | 'Connections' | 'Activity' | 'Settings') {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

/** Opens one row of a list, or a tab, by its link. */
export async function open(page: Page, name: string) {
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
}

/** Opens a person's page: found by search, since lists have pages. */
export async function openUser(page: Page, name: string) {
  await goTo(page, 'Users');
  await page.getByRole('searchbox', { name: 'Search users' }).fill(name);
  await page.getByRole('searchbox', { name: 'Search users' }).press('Enter');
  await open(page, name);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

export const tab = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Parts of this page' }).getByRole('link', { name, exact: true });

export const row = (page: Page, text: string | RegExp): Locator => page.getByRole('row').filter({ hasText: text });

/** The part of a page below this title. */
export const card = (page: Page, title: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name: title, exact: true }) });

/** A value that the page offers to be copied, by the name of the field it goes to. */
export const copied = (page: Page, label: string): Locator =>
  page.getByRole('group', { name: label, exact: true }).locator('code');

export async function setUp(page: Page, url: string, code: string, organization: string, email: string) {
  await page.goto(url);
  await page.getByLabel('Set-up code').fill(code);
  await page.getByLabel('Organization').fill(organization);
  await page.getByLabel('Your e-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(copied(page, 'Recovery codes')).toBeVisible();
}

/** From wherever a sign-in form is shown: the first step. */
export async function typePassword(page: Page, email: string, secret: string) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Both steps, by an admin or owner. */
export async function signIn(page: Page, email: string, secret: string) {
  await typePassword(page, email, secret);
  await secondStep(page, email);
}

/** People's authenticator apps, by e-mail address: the secret, and the step of the last code that was used. */
const apps = new Map<string, { secret: string; used: number }>();

/** Sets an app up where that is asked for, and sends its code. */
export async function secondStep(page: Page, email: string) {
  const code = page.getByLabel('Code', { exact: true });
  await expect(code).toBeVisible();
  const enrolling = page.url().endsWith('/authenticator');
  if (enrolling) {
    const secret = await copied(page, 'Or type this secret').innerText();
    apps.set(email, { secret: secret.replaceAll(' ', ''), used: 0 });
  }
  await code.fill(await nextCode(email));
  await page.getByRole('button', { name: enrolling ? 'Confirm' : 'Sign in', exact: true }).click();
}

/** Each code is good once, and that of the next step already: the third within a minute has to wait. */
async function nextCode(email: string): Promise<string> {
  const app = apps.get(email)!;
  const now = () => Math.floor(Date.now() / 30_000);
  app.used = Math.max(app.used + 1, now());
  while (app.used > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
  return totp(app.secret, app.used);
}

/** Through the provider, which asks for a name and nothing else. */
export async function signInThrough(page: Page, connection: string, username: string) {
  await page.getByRole('link', { name: `Continue with ${connection}` }).click();
  await page.getByLabel('Username').fill(username);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The rail's other way out. */
export async function signOut(page: Page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
}

export async function addConnection(page: Page, provider: 'Okta' | 'Microsoft Entra ID', name: string, label: string) {
  await goTo(page, 'Connections');
  await page.getByRole('link', { name: 'Add a connection' }).click();
  await page.getByRole('radio', { name: new RegExp(`^${provider}`) }).check();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('SCIM label (optional)').fill(label);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** On the sign-in tab of an Okta connection. */
export async function checkAndSave(page: Page, address: string, client: { client_id: string; client_secret: string }) {
  await page.getByLabel('Okta domain').fill(address);
  await page.getByLabel('Client ID').fill(client.client_id);
  await page.getByLabel('Client secret', { exact: true }).fill(client.client_secret);
  await page.getByRole('button', { name: 'Check and save' }).click();
}

/** On the provisioning tab: SCIM on, and the address and token to call. */
export async function turnScimOn(page: Page) {
  await page.getByRole('radio', { name: /^SCIM/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('SCIM is on.')).toBeVisible();
  return makeToken(page, 'Okta');
}

export async function makeToken(page: Page, name: string) {
  await page.getByLabel('Name of the new token').fill(name);
  await page.getByRole('button', { name: 'Make a token' }).click();
  await expect(copied(page, 'Token')).toHaveText(/^mst_scim_/);
  return { baseUrl: await copied(page, 'SCIM base URL').innerText(), token: await copied(page, 'Token').innerText() };
}

/** A local person; what comes back is the link to send to them. */
export async function invite(page: Page, name: string, email: string): Promise<string> {
  await goTo(page, 'Users');
  await open(page, 'Invite a person');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `${name} is invited` })).toBeVisible();
  return copied(page, 'Link').innerText();
}

/** On the form of a new service account; whoever fills it answers for it, or somebody else. */
export async function makeServiceAccount(page: Page, name: string, answerable?: string) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  if (answerable) await page.getByLabel('Who answers for it').fill(answerable);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** On the form of a new key: one that reads people and roles. */
export async function makeKey(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel(/^Read people/).check();
  await page.getByLabel(/^Read roles/).check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await expect(copied(page, 'API key')).toHaveText(/^muster_key_/);
  return copied(page, 'API key').innerText();
}

export async function createRole(page: Page, name: string, permissions: string[], description = '') {
  await goTo(page, 'Roles');
  await page.getByRole('link', { name: 'New role' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill(description);
  await page.getByLabel('Permissions').fill(permissions.join('\n'));
  await page.getByRole('button', { name: 'Create role' }).click();
  await expect(page.getByText(`The role ${name} is there.`)).toBeVisible();
}

/** On a role's page. */
export async function attachToGroup(page: Page, group: string) {
  await page.getByLabel('Attach to a group').selectOption(group);
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  // The page that says who gains it, and does it.
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Give ${group} the role`);
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  await expect(page.getByRole('status')).toContainText(`${group} has the role`);
}

/** Directly: for good, or for as long as the form's list says. */
export async function giveRole(page: Page, person: string, role: string, lasts = 'For good', why = '') {
  await openUser(page, person);
  await open(page, 'Give a role');
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  await page.getByLabel('For how long').selectOption(lasts);
  await page.getByLabel('Why').fill(why);
  await page.getByRole('button', { name: 'Give the role' }).click();
  await expect(page.getByRole('status')).toContainText(`${person} was given the role ${role}`);
}

/** Whoever is in the group is an admin from now on. */
export async function makeAdmins(page: Page, group: string) {
  await goTo(page, 'Groups');
  await open(page, group);
  await open(page, 'Make everybody in it an admin…');
  await page.getByRole('button', { name: 'Make them admins' }).click();
  await expect(page.getByRole('status')).toContainText('became admins.');
}

export async function changeLevel(page: Page, person: string, level: 'Member' | 'Admin' | 'Owner') {
  await openUser(page, person);
  await page.getByRole('radio', { name: new RegExp(`^${level}`) }).check();
  await page.getByRole('button', { name: 'Change level' }).click();
  await expect(page.getByText(`${person}: ${level} now.`)).toBeVisible();
}

export async function suspend(page: Page, person: string, reason: string) {
  await openUser(page, person);
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect(page.getByText(`${person} is suspended`)).toBeVisible();
}
