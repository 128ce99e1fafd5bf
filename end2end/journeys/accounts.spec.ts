import { expect, test } from '../fixtures';
import {
  attachToGroup,
  card,
  createRole,
  goTo,
  makeKey,
  makeServiceAccount,
  open,
  openUser,
  password,
  row,
  setUp,
  signIn,
} from '../support';

test('a program gets an account with a key, a group, a role and an alias, and loses all by a suspension', async ({ page, muster, request }) => {
  await setUp(page, muster.url, await muster.setUpCode(), 'Acme', 'owner@acme.example');
  await page.getByRole('link', { name: /sign in/ }).click();
  await signIn(page, 'owner@acme.example', password);
  await expect(page).toHaveURL(`${muster.url}/o/acme`);

  const key = await test.step('the account is made, and its key shown once', async () => {
    await goTo(page, 'Users');
    await open(page, 'Service accounts');
    await open(page, 'New service account');
    await expect(page.getByLabel('Who answers for it')).toHaveValue('owner@acme.example');
    await makeServiceAccount(page, 'Billing import');
    await open(page, 'Make a key');
    const key = await makeKey(page, 'Production');
    await open(page, 'I have stored it: to the account');
    await expect(card(page, 'API keys')).toContainText(key.slice(0, 18));
    expect(await page.content()).not.toContain(key);
    return key;
  });
  const account = page.url();
  const me = async () => request.get(`${muster.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } });

  await test.step('it is put into a local group that has a role, and the API says so', async () => {
    await goTo(page, 'Groups');
    await page.getByRole('main').getByRole('link', { name: 'New group' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Robots');
    await page.getByRole('button', { name: 'Make the group' }).click();
    await open(page, 'Add a member');
    await page.getByRole('searchbox').fill('billing');
    await page.getByRole('searchbox').press('Enter');
    await row(page, 'Billing import').getByRole('button', { name: 'Add' }).click();
    await expect(card(page, 'Members')).toContainText('Billing import');
    await createRole(page, 'Billing admin', ['invoices:write']);
    await attachToGroup(page, 'Robots');
    const answer = await (await me()).json();
    expect(answer.roles).toMatchObject([{ key: 'billing-admin', permissions: ['invoices:write'] }]);
  });

  await test.step('an alias is given, and the owner is found by theirs', async () => {
    await page.goto(account);
    await page.getByLabel('Set', { exact: true }).fill('rdp');
    await page.getByLabel('Alias', { exact: true }).fill('billing-import');
    await card(page, 'Aliases').getByRole('button', { name: 'Add' }).click();
    await expect(row(page, 'billing-import').filter({ hasText: 'set here' })).toBeVisible();
    await openUser(page, 'owner@acme.example');
    await page.getByLabel('Set', { exact: true }).fill('rdp');
    await page.getByLabel('Alias', { exact: true }).fill('root-of-all');
    await card(page, 'Aliases').getByRole('button', { name: 'Add' }).click();
    await goTo(page, 'Users');
    await page.getByRole('searchbox').fill('of-all');
    await page.getByRole('searchbox').press('Enter');
    await expect(row(page, 'owner@acme.example')).toBeVisible();
  });

  await test.step('suspended, its key opens nothing any more', async () => {
    await page.goto(account);
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await expect(page.getByRole('status')).toContainText('1 API key ended');
    expect((await me()).status()).toBe(401);
  });
});
