// A person of ours becomes the provider's, and ours again.
import { register } from '../connect.mjs';
import { accounts, expect, test } from '../fixtures';
import { Okta } from '../scim/okta.mjs';
import {
  addConnection,
  card,
  checkAndSave,
  copied,
  createRole,
  giveRole,
  goTo,
  invite,
  open,
  openUser,
  password,
  row,
  setUp,
  signIn,
  signInThrough,
  tab,
  turnScimOn,
} from '../support';

const ben = accounts[1];
const inOkta = { id: ben.sub, login: ben.preferred_username, givenName: ben.given_name, familyName: ben.family_name };

test('Okta asks for a local person, an admin confirms, Okta takes them over, and they are released again', async ({
  page,
  muster,
  idp,
  freshPage,
}) => {
  await setUp(page, muster.url, await muster.setUpCode(), 'Acme', 'owner@acme.example');
  await page.getByRole('link', { name: /sign in/ }).click();
  await signIn(page, 'owner@acme.example', password);

  const his = await freshPage();
  const address = await test.step('Ben is invited, given a role, and signs in with a password', async () => {
    const link = await invite(page, ben.name, ben.email);
    await createRole(page, 'Editor', ['posts:write']);
    await giveRole(page, ben.name, 'Editor');
    await expect(card(page, 'Identity')).toContainText('set here');
    await his.goto(link);
    await his.getByLabel('New password', { exact: true }).fill(password);
    await his.getByRole('button', { name: 'Save and sign in' }).click();
    await expect(his).toHaveURL(`${muster.url}/me`);
    return page.url();
  });

  const okta = await test.step('Okta is connected', async () => {
    await addConnection(page, 'Okta', 'Acme Okta', 'acme-okta');
    await tab(page, 'Sign-in').click();
    const [signIn, signOut] = ['Sign-in redirect URIs', 'Sign-out redirect URIs'].map((label) => copied(page, label).innerText());
    await checkAndSave(page, idp.issuer, register(idp, { signIn: await signIn, signOut: await signOut }));
    await expect(page.getByRole('status')).toContainText('Sign-in is on.');
    return new Okta(await turnScimOn(page));
  });

  await test.step('Okta assigns Ben: refused, with what to do, and nothing happens to him', async () => {
    const failure = await okta.assign(inOkta).catch((failure) => failure);
    expect(failure).toMatchObject({ status: 409, json: { scimType: 'uniqueness' } });
    expect(failure.json.detail).toContain(`"${ben.email}" is a local person in Muster`);
    expect(failure.json.detail).toContain('nothing was changed');
    expect(failure.json.detail).toContain('confirm it in Muster under Connections → Acme Okta → Pending');
    expect(failure.json.detail).toContain('in Okta choose Tasks → Retry');
    await his.reload();
    await expect(his).toHaveURL(`${muster.url}/me`);
  });

  await test.step('the connection and the overview lead to who is pending, and to what a confirmation does', async () => {
    await goTo(page, 'Connections');
    await open(page, 'Acme Okta');
    await tab(page, 'Provisioning').click();
    await expect(card(page, 'Pending')).toContainText('The provider asked for 1 local person.');
    await goTo(page, 'Overview');
    await expect(page.getByText('Acme Okta asks to take over 1 local person.')).toBeVisible();
    await open(page, 'Confirm or decline');
    await expect(page.getByRole('heading', { level: 1, name: 'Pending' })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(`sent: ${ben.sub}`);
    await expect(page.getByRole('main')).toContainText(
      "the profile is Acme Okta's. That ends 1 session, deletes the password, and revokes links and keys. The id, the level and 1 direct role stay.",
    );
  });

  await test.step('confirmed, it is said what to press in Okta; nothing has happened yet', async () => {
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('status')).toContainText('Afterwards, in Okta: Tasks → Retry');
    await expect(page.getByText('Confirmed by owner@acme.example')).toBeVisible();
    await his.reload();
    await expect(his).toHaveURL(`${muster.url}/me`);
  });

  await test.step('Okta retries: the same id and role, managed now, and his session is over', async () => {
    const resource = await okta.assign(inOkta);
    expect(address).toContain(resource.id);
    await page.reload();
    await expect(page.getByText('Nobody waits')).toBeVisible();
    await page.goto(address);
    await expect(card(page, 'Identity')).toContainText('Managed by Acme Okta: the profile is read-only here');
    await expect(card(page, 'Identity')).toContainText(ben.sub);
    await expect(card(page, 'Roles')).toContainText('given directly');
    await expect(card(page, 'Sign-in')).toContainText('follows externalId until the first sign-in');
    await expect(page.getByRole('main').getByRole('link', { name: 'Edit', exact: true })).toHaveCount(0);
    await his.reload();
    await expect(his).toHaveURL(/\/sign-in\/acme/);
  });

  await test.step('he signs in through Okta, and is who he was', async () => {
    await signInThrough(his, 'Acme Okta', ben.preferred_username);
    await expect(his).toHaveURL(`${muster.url}/me`);
    await expect(card(his, 'Roles')).toContainText('Editor');
    await page.reload();
    await expect(card(page, 'Sign-in')).toContainText('does not follow externalId any more');
  });

  await test.step('SCIM is turned off: Ben is no longer synced, and goes on', async () => {
    await goTo(page, 'Connections');
    await open(page, 'Acme Okta');
    await tab(page, 'Provisioning').click();
    await expect(card(page, 'How people are synced')).toContainText('1 person and 0 groups stay as they are, marked “No longer synced”');
    await page.getByRole('radio', { name: /^Not at all/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toContainText('Nobody new comes through this connection.');
    await expect(okta.testConnector()).rejects.toMatchObject({ status: 401 });
    await goTo(page, 'Users');
    await expect(row(page, ben.name)).toContainText('No longer synced');
    await his.reload();
    await expect(his).toHaveURL(`${muster.url}/me`);
  });

  await test.step('released, he is local again, with id and role', async () => {
    await openUser(page, ben.name);
    await expect(card(page, 'Identity')).toContainText('sends nothing about this person any more');
    await open(page, 'Release this person');
    await expect(card(page, 'From Acme Okta')).toContainText('1 direct role and 0 groups stay. That ends 1 session and takes 1 sign-in link');
    await page.getByRole('button', { name: 'Release' }).click();
    await expect(page.getByRole('status')).toContainText(`${ben.name} is local now.`);
    await expect(page).toHaveURL(address);
    await expect(card(page, 'Identity')).toContainText('set here');
    await expect(card(page, 'Roles')).toContainText('Editor');
    await expect(page.getByRole('main').getByRole('link', { name: 'Edit', exact: true })).toBeVisible();
    await his.reload();
    await expect(his).toHaveURL(/\/sign-in\/acme/);
  });

  await test.step('all of it is in the activity', async () => {
    await goTo(page, 'Activity');
    for (const sentence of [
      `Acme Okta asked to take over ${ben.name}, who is local`,
      `owner@acme.example confirmed that ${ben.name} may be taken over`,
      `Acme Okta took over ${ben.name}, who was local`,
      `owner@acme.example released ${ben.name}: local now`,
    ]) {
      await expect(page.getByRole('link', { name: sentence, exact: true })).toHaveCount(1);
    }
  });
});
