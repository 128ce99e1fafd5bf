import { accounts, expect, test } from '../fixtures';
import { Okta } from '../scim/okta.mjs';
import { addConnection, attachToGroup, card, createRole, open, row, signIn, suspend, tab, turnScimOn, typePassword, goTo } from '../support';

test.use({ javaScriptEnabled: false });

test('everything works without JavaScript', async ({ page, muster }) => {
  const owner = await muster.setUp('Acme', 'owner@acme.example');
  const [ada] = accounts;

  await test.step('sign in; what was typed wrong is refused at the form', async () => {
    await page.goto(muster.url);
    await typePassword(page, 'owner@acme.example', 'not the password');
    await expect(page.getByLabel('E-mail')).toHaveValue('owner@acme.example');
    await signIn(page, 'owner@acme.example', owner.password);
    await expect(page).toHaveURL(`${muster.url}/o/acme`);
  });

  await test.step('connect Okta for provisioning, and push a person and a group', async () => {
    await addConnection(page, 'Okta', 'Acme Okta', 'acme-okta');
    await tab(page, 'Provisioning').click();
    const okta = new Okta(await turnScimOn(page));
    const user = { id: ada.sub, login: ada.preferred_username, givenName: ada.given_name, familyName: ada.family_name };
    await okta.assign(user);
    await okta.pushGroup('Platform Team', [user]);
  });

  await test.step('suspend somebody, and lift it', async () => {
    await suspend(page, 'Ada Osei', 'Lost laptop');
    await expect(card(page, 'Suspension')).toContainText('Reason: Lost laptop');
    await page.getByRole('button', { name: 'Lift suspension' }).click();
    await expect(page.getByText('The suspension of Ada Osei is lifted.')).toBeVisible();
    await goTo(page, 'Users');
    await expect(row(page, 'Ada Osei')).toContainText('Active');
  });

  await test.step('create a role, attach it, detach it again', async () => {
    await createRole(page, 'Editor', ['posts:write', 'posts:publish']);
    await attachToGroup(page, 'Platform Team');
    await expect(card(page, 'Who holds it')).toContainText('Ada Osei');
    await expect(page.getByText('1 person loses the role.')).toBeVisible();
    await open(page, 'Detach…');
    await expect(card(page, 'Who loses what')).toContainText('1 person loses a role.');
    await page.getByRole('button', { name: 'Detach' }).click();
    await expect(card(page, 'Who holds it')).toContainText('Nobody holds this role now.');
    await open(page, 'All of its activity');
    await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeVisible();
  });
});
