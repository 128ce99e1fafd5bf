import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures';
import { Okta } from '../scim/okta.mjs';
import { card, goTo, row, signIn } from '../support';

const people = Array.from({ length: 14 }, (_, n) => {
  return { id: `00u${n}`, login: `person${n}@acme.example`, givenName: 'Person', familyName: String(n) };
});

test('Okta takes access from too many people: the brake closes, and an owner decides', async ({ page, muster }) => {
  const owner = await muster.setUp('Acme', 'owner@acme.example');
  const connection = await muster.addConnection('okta', { organization: owner.organization, name: 'Acme Okta', sync: 'scim' });
  const okta = new Okta({ baseUrl: connection.scim_base_url, token: connection.scim_token, app: 'catalogue' });
  for (const person of people) await okta.assign(person);
  muster.age();
  const refused: string[] = [];
  for (const person of people) await okta.deactivate(person).catch((failure) => refused.push(failure.json.detail));

  await page.goto(muster.url);
  await signIn(page, 'owner@acme.example', owner.password);

  await test.step('ten are out, and four requests are refused with the reason', async () => {
    expect(refused).toHaveLength(4);
    expect(refused[0]).toContain('more than 10 people');
    await goTo(page, 'Users');
    await expect(row(page, 'Deactivated by Acme Okta')).toHaveCount(10);
  });

  await test.step('the overview leads to what waits', async () => {
    await goTo(page, 'Overview');
    await expect(page.getByText('The brake of Acme Okta is closed: 4 people would lose access.')).toBeVisible();
    await page.getByRole('link', { name: 'See what waits' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Brake of Acme Okta' })).toBeVisible();
    await expect(card(page, 'What next')).toContainText('Release applies 4 changes in their order');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`)).toEqual([]);
    }
  });

  await test.step('one of them must be out at once', async () => {
    await page.getByRole('button', { name: /^Suspend now ?: Person 13$/ }).click();
    await expect(page.getByRole('status')).toContainText('Person 13 is suspended');
    await expect(row(page, 'Person 13')).toContainText('Suspended');
  });

  await test.step('Okta changes its mind about another', async () => {
    await okta.reactivate(people[12]);
    await page.reload();
    await expect(row(page, 'Person 12')).toHaveCount(0);
  });

  await test.step('released, the others are out, and the brake is open', async () => {
    await page.getByRole('button', { name: 'Release' }).click();
    await expect(page.getByRole('status')).toContainText('3 changes are applied: 3 people have lost access. The brake is open.');
    await goTo(page, 'Users');
    await expect(row(page, 'Person 12')).toContainText('Active');
    await expect(row(page, 'Person 13')).toContainText('Suspended');
    await expect(row(page, 'Deactivated by Acme Okta')).toHaveCount(12);
    await goTo(page, 'Overview');
    await expect(page.getByRole('link', { name: 'See what waits' })).toHaveCount(0);
  });

  await test.step('all of it is in the activity', async () => {
    await goTo(page, 'Activity');
    await expect(page.getByText('The brake of Acme Okta closed: 11 people would have lost access')).toBeVisible();
    await expect(page.getByText(/released what Acme Okta had asked: 3 people lost access/)).toBeVisible();
  });
});
