// Who holds what: what-if before a change, a role for a minute, a group that makes admins, and groups that are roles.
import { accounts, expect, test } from '../fixtures';
import { Okta } from '../scim/okta.mjs';
import { addConnection, attachToGroup, card, createRole, goTo, open, openUser, password, row, setUp, signIn, tab, turnScimOn } from '../support';

const [ada, ben] = accounts.map(({ sub, preferred_username, given_name, family_name, name }) => ({
  id: sub,
  login: preferred_username,
  givenName: given_name,
  familyName: family_name,
  displayName: name,
}));

test('see who gains and loses what, give a role for a minute, map a group, make groups roles', async ({ page, muster }) => {
  await setUp(page, muster.url, await muster.setUpCode(), 'Acme', 'owner@acme.example');
  await page.getByRole('link', { name: /sign in/ }).click();
  await signIn(page, 'owner@acme.example', password);

  const okta = await test.step('two people and a group arrive', async () => {
    await addConnection(page, 'Okta', 'Acme Okta', 'acme-okta');
    await tab(page, 'Provisioning').click();
    const okta = new Okta(await turnScimOn(page));
    await okta.assign(ada);
    await okta.assign(ben);
    await okta.pushGroup('Platform Team', [ada, ben]);
    return okta;
  });

  await test.step('what-if: before the group gets a role, and before it loses it', async () => {
    await createRole(page, 'Editor', ['posts:write']);
    await page.getByLabel('Attach to a group').selectOption('Platform Team');
    await page.getByRole('button', { name: 'Attach', exact: true }).click();
    await expect(card(page, 'Who gains what')).toContainText('2 people gain a role');
    await expect(row(page, 'Ada Osei')).toContainText('Editor');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(card(page, 'Who holds it')).toContainText('Nobody holds this role now.');
    await attachToGroup(page, 'Platform Team');
    await page.getByRole('link', { name: 'Detach…' }).click();
    await expect(card(page, 'Who loses what')).toContainText('2 people lose a role');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(card(page, 'Who holds it')).toContainText('Ada Osei');
  });

  await test.step('a role for a minute ends by itself', async () => {
    await createRole(page, 'On call', []);
    await openUser(page, 'Ada Osei');
    await page.getByRole('link', { name: 'Give a role' }).click();
    await page.getByLabel('Role', { exact: true }).selectOption('On call');
    await page.getByLabel('For how long').selectOption('Until the moment below');
    // The next full minute but one's beginning: the field knows minutes.
    const end = new Date(Math.ceil((Date.now() + 15_000) / 60_000) * 60_000);
    await page.getByLabel('Until (UTC)').fill(end.toISOString().slice(0, 16));
    await page.getByLabel('Why').fill('Weekend shift');
    await page.getByRole('button', { name: 'Give the role' }).click();
    const roles = card(page, 'Roles');
    await expect(roles).toContainText('Weekend shift');
    await goTo(page, 'Overview');
    await expect(card(page, 'Expiring soon')).toContainText('Ada Osei: On call');
    await openUser(page, 'Ada Osei');
    await page.waitForTimeout(Math.max(0, end.getTime() - Date.now()) + 500);
    await page.reload();
    await expect(roles).not.toContainText('On call');
    await expect(roles).toContainText('Editor');
  });

  await test.step('a group is mapped to admin, and says first who becomes one', async () => {
    await goTo(page, 'Groups');
    await open(page, 'Platform Team');
    await page.getByRole('link', { name: 'Make everybody in it an admin…' }).click();
    await expect(card(page, 'Who it is about')).toContainText('2 people become admins');
    await page.getByRole('button', { name: 'Make them admins' }).click();
    await expect(page.getByRole('status')).toContainText('2 people became admins.');
    await openUser(page, 'Ben Marín');
    await expect(card(page, 'Level')).toContainText('Admin, through Platform Team');
    await goTo(page, 'Groups');
    await open(page, 'Platform Team');
    await page.getByRole('link', { name: 'End this…' }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await expect(card(page, 'Level')).toContainText('makes nobody an admin');
  });

  await test.step('every pushed group becomes a role', async () => {
    await goTo(page, 'Connections');
    await open(page, 'Acme Okta');
    await tab(page, 'Settings').click();
    await page.getByRole('link', { name: 'Make every pushed group a role…' }).click();
    await expect(row(page, 'Platform Team')).toContainText('gets a new role of its name');
    await page.getByRole('button', { name: 'Make every pushed group a role' }).click();
    await expect(page.getByRole('status')).toContainText('1 role made');
    await okta.pushGroup('Billing', [ben]);
    await goTo(page, 'Roles');
    await expect(row(page, 'Billing')).toContainText('1 person');
  });
});
