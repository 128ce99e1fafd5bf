// People and programs, as an owner sees them.
import { expect } from '../fixtures';
import { card, copied, goTo, makeKey, makeServiceAccount, open, openUser, row, tab } from '../support';
import { arriveAsOwner, away, member, suspended } from './company';
import { problem, submit, type Visit } from './visit';
import { domain } from '../demo/company.mjs';

export const visitsToPeople: Visit[] = [
  {
    who: 'the owner, with people',
    arrive: arriveAsOwner,
    scenes: [
      ['overview', (page) => goTo(page, 'Overview')],
      ['users', (page) => goTo(page, 'Users')],
      [
        'users-nobody',
        async (page) => {
          await page.getByRole('searchbox').fill('nobody at all');
          await page.getByRole('searchbox').press('Enter');
          await expect(page.getByText('Nobody fits')).toBeVisible();
        },
      ],
      ['user', (page) => openUser(page, member)],
      ['user-edit-managed', (page) => page.goto(`${page.url()}/edit`)],
      ['user-suspended', (page) => openUser(page, suspended)],
      ['user-admin-through-group', (page) => openUser(page, 'Yosef Tadesse')],
      ['user-deactivated', (page) => openUser(page, away)],
      ['user-release', (page) => open(page, 'Release this person')],
      [
        'user-formerly',
        async (page) => {
          await openUser(page, 'Yael Gold');
          await page.getByText('SCIM resource').click();
          await expect(page.getByRole('region', { name: 'SCIM resource' })).toBeVisible();
        },
      ],
      [
        'user-alias-problems',
        async (page) => {
          await openUser(page, member);
          await card(page, 'Aliases').getByRole('button', { name: 'Add' }).click();
          await problem(page);
        },
      ],
    ],
  },
  {
    who: 'the owner, with service accounts',
    arrive: arriveAsOwner,
    scenes: [
      [
        'service-account-new',
        async (page) => {
          await goTo(page, 'Users');
          await open(page, 'Service accounts');
          await open(page, 'New service account');
        },
      ],
      [
        'service-account-problems',
        async (page) => {
          await page.getByLabel('Name', { exact: true }).fill('Billing import');
          await page.getByLabel('Who answers for it').fill('nobody@halden.example');
          await submit(page, 'Make the account');
          await problem(page);
        },
      ],
      ['service-account', (page, { owner }) => makeServiceAccount(page, 'Billing import', owner.email)],
      ['service-account-edit', (page) => open(page, 'Edit')],
      [
        'api-key-new',
        async (page) => {
          await page.goBack();
          await open(page, 'Make a key');
        },
      ],
      ['api-key', (page) => makeKey(page, 'Production')],
      ['service-account-with-key', (page) => open(page, 'I have stored it: to the account')],
      ['service-account-delete', (page) => open(page, 'Delete…')],
      [
        'service-account-delete-problems',
        async (page) => {
          await page.getByLabel('Type “Billing import”').fill('Billing');
          await submit(page, 'Delete');
          await problem(page);
        },
      ],
      [
        'service-accounts',
        async (page) => {
          await goTo(page, 'Users');
          await open(page, 'Service accounts');
        },
      ],
    ],
  },
  {
    who: 'the owner, with people of their own',
    arrive: arriveAsOwner,
    scenes: [
      ['settings-sign-in', (page) => goTo(page, 'Settings')],
      [
        'settings-sessions',
        async (page) => {
          await tab(page, 'Sessions').click();
          await page.getByLabel('Hours in all').last().fill('100');
          await submit(page, 'Save');
          await problem(page);
        },
      ],
      [
        'invite',
        async (page) => {
          await goTo(page, 'Users');
          await open(page, 'Invite a person');
          await page.getByLabel('Name', { exact: true }).fill('Theo Brandt');
          await page.getByLabel('E-mail').fill('theo@halden');
          await submit(page, 'Make the invitation');
          await problem(page);
        },
      ],
      [
        'invitation',
        async (page) => {
          // Every run invites somebody else: an address is invited once.
          await page.getByLabel('E-mail').fill(`theo.${Date.now()}@${domain}`);
          await submit(page, 'Make the invitation');
          await expect(page.getByRole('heading', { level: 1, name: 'Theo Brandt is invited' })).toBeVisible();
        },
      ],
      [
        'choose-password',
        async (page, { owner }) => {
          const link = await copied(page, 'Link').innerText();
          await page.goto(link);
          await expect(page.getByRole('heading', { level: 1, name: 'Choose a password' })).toBeVisible();
          // Opening a link changes the session's id.
          owner.cookies = await page.context().cookies();
        },
      ],
      [
        'user-local',
        async (page, { muster }) => {
          await page.goto(muster.url);
          await openUser(page, 'Theo Brandt');
          await page.getByLabel('Note').fill('Consultant until March. Ask Birgit before anything changes.');
          await submit(page, 'Save the note');
          await expect(page.getByRole('status')).toContainText('The note is saved.');
          await page.getByLabel('Set', { exact: true }).fill('rdp');
          await page.getByLabel('Alias', { exact: true }).fill(`theo-${Date.now()}`);
          await card(page, 'Aliases').getByRole('button', { name: 'Add' }).click();
          await expect(row(page, 'set here').getByRole('button', { name: 'Remove' })).toBeVisible();
        },
      ],
      ['user-edit', (page) => open(page, 'Edit')],
      [
        'user-edit-problems',
        async (page) => {
          await page.getByLabel('E-mail').fill('theo@halden');
          await submit(page, 'Save');
          await problem(page);
        },
      ],
      [
        'user-delete',
        async (page) => {
          await openUser(page, 'Theo Brandt');
          await open(page, 'Delete…');
        },
      ],
      ['me-owner', (page, { muster }) => page.goto(`${muster.url}/me`)],
      ['me-password', (page) => open(page, 'Change password')],
      ['organizations', (page, { muster }) => page.goto(`${muster.url}/o`)],
    ],
  },
];
