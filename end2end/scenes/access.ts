// Groups, roles and who holds what, as an owner sees them.
import { expect } from '../fixtures';
import { card, goTo, open, openUser } from '../support';
import { arriveAsOwner, partner, member, okta } from './company';
import { openFrom, problem, submit, type Visit } from './visit';

export const visitsToAccess: Visit[] = [
  {
    who: 'the owner, with groups and roles',
    arrive: arriveAsOwner,
    scenes: [
      ['groups', (page) => goTo(page, 'Groups')],
      ['group', (page) => openFrom(page, 'Groups', 'Halden Platform')],
      ['group-add-member', (page) => open(page, 'Add a member')],
      [
        'group-release',
        async (page) => {
          await openFrom(page, 'Groups', 'Halden Platform');
          await open(page, 'Release this group');
        },
      ],
      [
        'group-new',
        async (page) => {
          await goTo(page, 'Groups');
          await open(page, 'New group');
        },
      ],
      [
        'group-local',
        async (page) => {
          await page.getByLabel('Name', { exact: true }).fill('Robots');
          await submit(page, 'Make the group');
          await expect(page.getByRole('heading', { level: 1, name: 'Robots' })).toBeVisible();
        },
      ],
      [
        'group-local-edit',
        async (page) => {
          await open(page, 'Edit');
          await page.getByText('Delete this group…').click();
          await expect(page.getByRole('button', { name: 'Delete group' })).toBeVisible();
        },
      ],
      ['roles', (page) => goTo(page, 'Roles')],
      ['role', (page) => openFrom(page, 'Roles', 'Operator')],
      ['role-of-a-group', (page) => openFrom(page, 'Roles', 'Contractors')],
      ['role-given', (page) => openFrom(page, 'Roles', 'Billing viewer')],
      [
        'role-new',
        async (page) => {
          await goTo(page, 'Roles');
          await page.getByRole('link', { name: 'New role' }).click();
        },
      ],
      [
        'role-new-problems',
        async (page) => {
          await page.getByLabel('Name', { exact: true }).fill('Operator');
          await page.getByLabel('Permissions').fill('two words\ndeployments:write');
          await submit(page, 'Create role');
          await problem(page);
        },
      ],
    ],
  },
  {
    who: 'the owner, who gives and takes access',
    arrive: arriveAsOwner,
    scenes: [
      [
        'grant-new',
        async (page) => {
          await openUser(page, member);
          await open(page, 'Give a role');
        },
      ],
      [
        'grant-new-problems',
        async (page) => {
          await page.getByLabel('For how long').selectOption('Until the moment below');
          await submit(page, 'Give the role');
          await problem(page);
        },
      ],
      [
        'grant',
        async (page) => {
          await openUser(page, member);
          await open(page, 'Extend or end');
          await expect(card(page, 'The grant')).toContainText('Month-end closing');
        },
      ],
      [
        'what-if-attach',
        async (page) => {
          await openFrom(page, 'Roles', 'Billing viewer');
          await page.getByLabel('Attach to a group').selectOption('Halden Sales');
          await submit(page, 'Attach');
          await expect(card(page, 'Who gains what')).toBeVisible();
        },
      ],
      [
        'what-if-detach',
        async (page) => {
          await openFrom(page, 'Roles', 'Operator');
          await page.getByRole('link', { name: 'Detach…' }).first().click();
          await expect(card(page, 'Who loses what')).toBeVisible();
        },
      ],
      [
        'what-if-delete',
        async (page) => {
          await openFrom(page, 'Roles', 'Operator');
          await open(page, 'Delete this role…');
          await expect(card(page, 'Who loses what')).toBeVisible();
        },
      ],
      [
        'level-map',
        async (page) => {
          await openFrom(page, 'Groups', 'Halden IT');
          await open(page, 'Make everybody in it an admin…');
        },
      ],
      ['group-of-admins', (page) => openFrom(page, 'Groups', 'Console Administrators')],
      ['level-release', (page) => open(page, 'End this…')],
      [
        'groups-are-roles',
        async (page) => {
          await openFrom(page, 'Connections', okta);
          await page.goto(`${page.url()}/groups-are-roles`);
          await expect(page.getByRole('heading', { level: 1, name: 'Make every pushed group a role' })).toBeVisible();
        },
      ],
      [
        'groups-are-roles-end',
        async (page) => {
          await openFrom(page, 'Connections', partner);
          await page.goto(`${page.url()}/groups-are-roles`);
          await expect(page.getByRole('button', { name: 'End it' })).toBeVisible();
        },
      ],
    ],
  },
];
