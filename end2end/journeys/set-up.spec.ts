import { expect, test } from '../fixtures';
import { secondStep } from '../support';

// The first thing anybody sees must not depend on a script that has not loaded yet.
test.use({ javaScriptEnabled: false });

test('the printed code opens set-up once, and its owner signs in', async ({ page, muster }) => {
  const password = 'correct horse battery staple lantern';
  await page.goto(muster.url);
  await expect(page).toHaveURL(`${muster.url}/setup`);

  await test.step('a wrong code is refused, and what was typed is kept', async () => {
    await page.getByLabel('Set-up code').fill('AAAA-BBBB-CCCC');
    await page.getByLabel('Organization').fill('Acme');
    await page.getByLabel('Your e-mail address').fill('owner@acme.example');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    await expect(page.getByText('This is not the code')).toBeVisible();
    await expect(page.getByLabel('Organization')).toHaveValue('Acme');
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  });

  await test.step('the right one makes the organization and shows ten recovery codes', async () => {
    await page.getByLabel('Set-up code').fill(await muster.setUpCode());
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    const codes = page.getByRole('group', { name: 'Recovery codes' }).locator('code');
    expect((await codes.innerText()).trim().split(/\s+/)).toHaveLength(10);
  });

  await test.step('the owner signs in with the password, and sets an authenticator app up', async () => {
    await page.getByRole('link', { name: /sign in/ }).click();
    await page.getByLabel('E-mail').fill('owner@acme.example');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
    await secondStep(page, 'owner@acme.example');
    await expect(page).toHaveURL(`${muster.url}/o/acme`);
  });

  await page.goto(`${muster.url}/setup`);
  await expect(page).not.toHaveURL(/setup/);
});
