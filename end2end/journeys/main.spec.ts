import { register } from '../connect.mjs';
import { accounts, expect, test, type Account } from '../fixtures';
import { Okta } from '../scim/okta.mjs';
import {
  addConnection,
  attachToGroup,
  card,
  changeLevel,
  checkAndSave,
  copied,
  createRole,
  goTo,
  open,
  password,
  row,
  setUp,
  signIn,
  signInThrough,
  signOut,
  tab,
  turnScimOn,
} from '../support';

const [ada, ben] = accounts.map(inOkta);

/** The same id is SCIM's externalId and the provider's `sub`: it is how Okta is set up, and how Muster knows people. */
function inOkta({ sub, preferred_username, given_name, family_name, name }: Account) {
  return { id: sub, login: preferred_username, givenName: given_name, familyName: family_name, displayName: name };
}

test('connect Okta, receive its people, sign in with it, and lose access by it', async ({ page, muster, idp, freshPage }) => {
  await test.step('the printed code opens set-up, and the owner signs in', async () => {
    await setUp(page, muster.url, await muster.setUpCode(), 'Acme', 'owner@acme.example');
    await page.getByRole('link', { name: /sign in/ }).click();
    await signIn(page, 'owner@acme.example', password);
    await expect(page).toHaveURL(`${muster.url}/o/acme`);
    await expect(card(page, 'First steps')).toBeVisible();
  });

  await test.step('a connection whose discovery fails says why and stays a draft', async () => {
    await addConnection(page, 'Okta', 'Acme Okta', 'acme-okta');
    await checkAndSave(page, `${idp.origin}/faults/issuer-mismatch`, { client_id: 'soon', client_secret: 'soon' });
    await expect(page.getByText('Sign-in is a draft')).toBeVisible();
    await expect(card(page, 'Here')).toContainText('somebody-else.example');
  });

  await test.step('with the right issuer it is taken up again, and shows what discovery found', async () => {
    const [signIn, signOut] = ['Sign-in redirect URIs', 'Sign-out redirect URIs'].map((label) => copied(page, label).innerText());
    await checkAndSave(page, idp.issuer, register(idp, { signIn: await signIn, signOut: await signOut }));
    await expect(page.getByRole('status')).toContainText('Sign-in is on.');
    await tab(page, 'Sign-in').click();
    const found = card(page, 'What discovery found');
    await expect(found).toContainText(idp.issuer);
    await expect(found).toContainText('RS256');
  });

  const okta = await test.step('provisioning is turned on, and its token is shown once', async () => {
    await tab(page, 'Provisioning').click();
    const { baseUrl, token } = await turnScimOn(page);
    expect(baseUrl).toBe(`${muster.url}/scim/v2/acme-okta`);
    await page.reload();
    await expect(card(page, 'Tokens')).toContainText('Okta');
    expect(await page.content()).not.toContain(token);
    await page.goto(page.url().replace(/\/tokens$/, '/provisioning'));
    await expect(card(page, 'Tokens').getByRole('row')).toHaveCount(2);
    expect(await page.content()).not.toContain(token);
    return new Okta({ baseUrl, token });
  });

  await test.step('people and groups arrive while the page watches', async () => {
    await tab(page, 'Overview').click();
    const arrived = card(page, 'What has arrived');
    await expect(arrived).toContainText('Test call received: waiting');
    await okta.testConnector();
    await expect(arrived).toContainText('Test call received: done');
    await okta.assign(ada);
    await okta.assign(ben);
    await okta.pushGroup('Platform Team', [ada, ben]);
    await expect(arrived).toContainText('First user: done');
    await expect(arrived).toContainText('2 people');
    await expect(arrived).toContainText('First group: done');
    await expect(arrived).toContainText('First sign-in: waiting');
  });

  await test.step('they are seen, with where they came from', async () => {
    await goTo(page, 'Users');
    await expect(row(page, 'Ada Osei')).toContainText('Managed · Acme Okta');
    await page.getByRole('searchbox', { name: 'Search users' }).fill('marín');
    await page.keyboard.press('Enter');
    await expect(row(page, 'Ben Marín')).toContainText('Active');
    await expect(row(page, 'Ada Osei')).toHaveCount(0);
    await open(page, 'Ben Marín');
    await expect(card(page, 'Identity')).toContainText(ben.id);
    await expect(card(page, 'Groups')).toContainText('Platform Team');
    await goTo(page, 'Groups');
    await expect(row(page, 'Platform Team')).toContainText('2 people');
    await open(page, 'Platform Team');
    await expect(card(page, 'Members')).toContainText(ada.login);
  });

  await test.step('a role is attached to the group, and its people hold it', async () => {
    await createRole(page, 'Editor', ['posts:write']);
    await attachToGroup(page, 'Platform Team');
    const holders = card(page, 'Who holds it');
    for (const name of ['Ada Osei', 'Ben Marín']) {
      await expect(holders.getByRole('row').filter({ hasText: name })).toContainText('through Platform Team');
    }
  });

  await test.step('the owner makes Ada an admin', () => changeLevel(page, 'Ada Osei', 'Admin'));

  const hers = await freshPage();
  await test.step('Ada signs in with Okta and lands on the dashboard', async () => {
    await hers.goto(muster.url);
    await expect(hers).toHaveURL(`${muster.url}/sign-in/acme`);
    await signInThrough(hers, 'Acme Okta', ada.login);
    await expect(hers).toHaveURL(`${muster.url}/o/acme`);
  });

  const his = await freshPage();
  await test.step('Ben lands on his own account, and sees no dashboard', async () => {
    await his.goto(muster.url);
    await signInThrough(his, 'Acme Okta', ben.login);
    await expect(his).toHaveURL(`${muster.url}/me`);
    await expect(card(his, 'Roles')).toContainText('Through Platform Team');
    await his.goto(`${muster.url}/o/acme/users`);
    await expect(his).toHaveURL(`${muster.url}/me`);
  });

  await test.step('deactivated by SCIM, his open page is no longer his', async () => {
    await okta.deactivate(ben);
    await his.reload();
    await expect(his).toHaveURL(`${muster.url}/sign-in/acme?return_to=%2Fme`);
  });

  await test.step('and the next sign-in is refused, with whom to ask', async () => {
    // The provider still knows him, and asks nothing.
    await his.getByRole('link', { name: 'Continue with Acme Okta' }).click();
    await expect(his.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    await expect(his.getByRole('main')).toContainText('was deactivated by Acme Okta');
    await expect(his.getByRole('main')).toContainText('sign_in_deactivated');
    await his.goto(`${muster.url}/me`);
    await expect(his).toHaveURL(/\/sign-in\/acme/);
  });

  await test.step('an admin who is deactivated loses the dashboard in the middle of it', async () => {
    await goTo(hers, 'Users');
    await okta.deactivate(ada);
    await hers.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
    await expect(hers).toHaveURL(/\/sign-in\/acme\?return_to=/);
    await okta.reactivate(ada);
    await hers.getByRole('link', { name: 'Continue with Acme Okta' }).click();
    await expect(hers).toHaveURL(`${muster.url}/o/acme/groups`);
    await signOut(hers);
    await expect(hers.getByRole('heading', { level: 1, name: 'You are signed out' })).toBeVisible();
  });

  await test.step('she signs out of the provider too, and comes back to the page for signing in', async () => {
    await hers.getByRole('link', { name: 'Sign out of Acme Okta too' }).click();
    await hers.getByRole('button', { name: 'Sign out here too' }).click();
    await expect(hers).toHaveURL(new RegExp(`^${muster.url}/sign-in/acme`));
    await hers.getByRole('link', { name: 'Continue with Acme Okta' }).click();
    await expect(hers.getByLabel('Username')).toBeVisible();
  });

  await test.step('everything is in the activity', async () => {
    await goTo(page, 'Activity');
    for (const sentence of [
      /set up Acme$/,
      /added Acme Okta$/,
      /made a SCIM token for Acme Okta$/,
      /^Acme Okta sent Ada Osei$/,
      /^Acme Okta added Ben Marín to Platform Team$/,
      /gave Platform Team the role Editor$/,
      /made Ada Osei an admin$/,
      /^Ben Marín signed in$/,
      /^Acme Okta deactivated Ben Marín$/,
      /^Ben Marín was refused at sign-in$/,
      /^Acme Okta reactivated Ada Osei$/,
    ]) {
      await expect(page.getByRole('link', { name: sentence }).first()).toBeVisible();
    }
    await open(page, 'Acme Okta deactivated Ben Marín');
    await expect(card(page, 'Before and after').getByRole('row').filter({ hasText: 'active' })).toContainText('false');
  });
});
