// Every page, with a company in it: what axe checks and what `make screens` photographs.
import type { Cookie, Page } from '@playwright/test';
import { connect } from './connect.mjs';
import { account, domain, organization, people, push } from './demo/company.mjs';
import { expect, test as base, type Provider } from './fixtures';
import { startProvider } from './idp/provider.mjs';
import { Muster } from './muster.mjs';
import { Okta } from './scim/okta.mjs';
import {
  addConnection,
  attachToGroup,
  card,
  changeLevel,
  checkAndSave,
  copied,
  createRole,
  goTo,
  makeKey,
  makeServiceAccount,
  open,
  openUser,
  password,
  secondStep,
  setUp,
  signIn,
  signInThrough,
  suspend,
  tab,
  typePassword,
} from './support';

/** The demo's company in one server, nothing in another, and a provider whose accounts are the company's people and a stranger. */
export type Company = { muster: Muster; empty: Muster; idp: Provider; owner: Owner };
type Owner = { email: string; password: string; cookies: Cookie[] };

const okta = 'Halden Okta';
const stranger = { sub: '00uStranger0000000x7', email: 'stranger@elsewhere.example', name: 'Someone Else' };
// An admin, a member who holds roles through two groups, and somebody who is suspended.
const [admin, member, suspended] = ['Birgit Lorenz', 'Nkechi Obi', 'Linus Ekström'];
const login = (name: string): string => people.find((person) => `${person.givenName} ${person.familyName}` === name)!.login;

export const test = base.extend<object, { company: Company }>({
  company: [
    async ({ browser }, use) => {
      const accounts = [...people.map(account), stranger];
      const idp = await startProvider({ flavor: 'okta', accounts });
      const [muster, empty] = await Promise.all([Muster.prepare(), Muster.prepare()]);
      const email = `owner@${domain}`;
      const made = await muster.setUp(organization, email);
      await Promise.all([muster.serve(), empty.serve()]);
      const company = { muster, empty, idp, owner: { email, password: made.password, cookies: [] } };

      const { scim_base_url: baseUrl, scim_token: token } = await connect(muster, idp, 'okta', {
        organization: made.organization,
        name: okta,
        label: 'halden-okta',
        issuer: idp.issuer,
      });
      await push(new Okta({ baseUrl, token, app: 'catalogue' }));
      const page = await browser.newPage();
      await arriveAsOwner(page, company);
      await workAsOwner(page, company);
      await page.context().close();

      await use(company);
      await Promise.all([muster.stop(), empty.stop(), idp.close()]);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

async function arriveAsOwner(page: Page, { muster, owner }: Company) {
  await page.context().addCookies(owner.cookies);
  await page.goto(muster.url);
  // Once: each code of an authenticator app is good once, and the next one is half a minute away.
  if (owner.cookies.length === 0) await signIn(page, owner.email, owner.password);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  owner.cookies = await page.context().cookies();
}

/** A second connection left as a draft, roles given to groups, an admin, a suspension. */
async function workAsOwner(page: Page, { idp }: Company) {
  await addConnection(page, 'Okta', 'Halden Contractors', 'halden-contractors');
  await checkAndSave(page, `${idp.origin}/faults/issuer-mismatch`, { client_id: '0oa1contractors', client_secret: 'x' });
  await createRole(page, 'Operator', ['deployments:write', 'incidents:write'], 'Runs production, on call.');
  await attachToGroup(page, 'Production On-call');
  await attachToGroup(page, 'Halden Platform');
  await createRole(page, 'Billing viewer', ['invoices:read'], 'Sees invoices and the plan.');
  await attachToGroup(page, 'Billing Viewers');
  await createRole(page, 'Administrator', ['*']);
  await changeLevel(page, admin, 'Admin');
  await suspend(page, suspended, 'Lost laptop');
}

type Scene = [name: string, arrange: (page: Page, company: Company) => Promise<unknown>];

async function openFrom(page: Page, list: 'Groups' | 'Roles' | 'Connections', name: string) {
  await goTo(page, list);
  await open(page, name);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const submit = (page: Page, button: string) => page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
const problem = (page: Page) => expect(page.locator('[aria-invalid]').first()).toBeVisible();
const signInPage = (page: Page, { muster }: Company) => page.goto(`${muster.url}/sign-in`);

/** What `muster login` asks for. */
const terminal = new URLSearchParams({
  response_type: 'code',
  client_id: 'muster-cli',
  redirect_uri: 'http://127.0.0.1:10000/callback',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  state: 'a-state',
  device: 'obi-laptop',
});

/** Who sees which pages: each comes once, then goes from scene to scene. */
export const visits: { who: string; arrive: (page: Page, company: Company) => Promise<unknown>; scenes: Scene[] }[] = [
  {
    who: 'a stranger',
    arrive: signInPage,
    scenes: [
      ['sign-in', signInPage],
      [
        'sign-in-refused',
        async (page) => {
          await typePassword(page, 'owner@halden.example', 'not the password');
          await expect(page.getByRole('note')).toBeVisible();
        },
      ],
      [
        'sign-in-code',
        async (page, company) => {
          await signInPage(page, company);
          await typePassword(page, company.owner.email, company.owner.password);
          await expect(page.getByRole('heading', { name: 'Enter a code' })).toBeVisible();
        },
      ],
      [
        'sign-in-code-refused',
        async (page) => {
          await page.getByLabel('Code', { exact: true }).fill('AAAA-BBBB-CCCC-DDDD');
          await submit(page, 'Sign in');
          await problem(page);
        },
      ],
      ['link-over', (page, { muster }) => page.goto(`${muster.url}/link?secret=used`)],
      [
        'refusal',
        async (page, company) => {
          await signInPage(page, company);
          await signInThrough(page, okta, stranger.sub);
          await expect(page.getByText('Expected externalId')).toBeVisible();
        },
      ],
      ['not-found', (page, { muster }) => page.goto(`${muster.url}/nowhere`)],
    ],
  },
  {
    who: 'the first person',
    arrive: (page, { empty }) => page.goto(empty.url),
    scenes: [
      ['set-up', (page, { empty }) => page.goto(empty.url)],
      [
        'set-up-problems',
        async (page) => {
          await page.getByLabel('Set-up code').fill('AAAA-BBBB-CCCC');
          await page.getByLabel('Organization').fill('Acme');
          await page.getByLabel('Your e-mail address').fill('ada@acme');
          await page.getByLabel('Password', { exact: true }).fill('password');
          await submit(page, 'Set up');
          await problem(page);
        },
      ],
      ['set-up-codes', async (page, { empty }) => setUp(page, empty.url, await empty.setUpCode(), 'Acme', 'ada@acme.example')],
      [
        'authenticator',
        async (page) => {
          await page.getByRole('link', { name: /sign in/ }).click();
          await typePassword(page, 'ada@acme.example', password);
          await expect(page.getByRole('heading', { name: 'Set up an authenticator app' })).toBeVisible();
        },
      ],
      [
        'empty-overview',
        async (page) => {
          await secondStep(page, 'ada@acme.example');
          await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
        },
      ],
      ['empty-groups', (page) => goTo(page, 'Groups')],
      ['empty-roles', (page) => goTo(page, 'Roles')],
      ['empty-connections', (page) => goTo(page, 'Connections')],
    ],
  },
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
      ['user-suspended', (page) => openUser(page, suspended)],
      [
        'service-account-new',
        async (page) => {
          await goTo(page, 'Users');
          await open(page, 'Service accounts');
          await open(page, 'New service account');
        },
      ],
      ['service-account', (page) => makeServiceAccount(page, 'Billing import')],
      ['api-key-new', (page) => open(page, 'Make a key')],
      ['api-key', (page) => makeKey(page, 'Production')],
      [
        'service-account-delete',
        async (page) => {
          await open(page, 'I have stored it: to the account');
          await open(page, 'Delete…');
        },
      ],
      [
        'service-accounts',
        async (page) => {
          await goTo(page, 'Users');
          await open(page, 'Service accounts');
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
      [
        'settings-sessions',
        async (page) => {
          await goTo(page, 'Overview');
          await page.goto(`${page.url()}/settings/sessions`);
          await page.getByLabel('Hours in all').last().fill('100');
          await submit(page, 'Save');
          await problem(page);
        },
      ],
    ],
  },
  {
    who: 'the owner, with groups and roles',
    arrive: arriveAsOwner,
    scenes: [
      ['groups', (page) => goTo(page, 'Groups')],
      ['group', (page) => openFrom(page, 'Groups', 'Halden Platform')],
      ['group-add-member', (page) => open(page, 'Add a member')],
      [
        'group-local',
        async (page) => {
          await goTo(page, 'Groups');
          await open(page, 'New group');
          await page.getByLabel('Name', { exact: true }).fill('Robots');
          await submit(page, 'Make the group');
        },
      ],
      ['group-local-edit', (page) => open(page, 'Edit')],
      ['roles', (page) => goTo(page, 'Roles')],
      ['role', (page) => openFrom(page, 'Roles', 'Operator')],
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
    who: 'the owner, with connections and activity',
    arrive: arriveAsOwner,
    scenes: [
      ['connections', (page) => goTo(page, 'Connections')],
      ['connection-new', (page) => open(page, 'Add a connection')],
      [
        'connection-new-problems',
        async (page) => {
          await page.getByLabel('Name', { exact: true }).fill(okta);
          await page.getByLabel('SCIM label (optional)').fill('halden_okta');
          await submit(page, 'Continue');
          await problem(page);
        },
      ],
      ['connection', (page) => openFrom(page, 'Connections', okta)],
      ['connection-sign-in', (page) => tab(page, 'Sign-in').click()],
      ['connection-provisioning', (page) => tab(page, 'Provisioning').click()],
      [
        'connection-token',
        async (page) => {
          await page.getByLabel('Name of the new token').fill('Okta, 2027');
          await submit(page, 'Make a token');
          await expect(page.getByRole('heading', { name: 'Your new token' })).toBeVisible();
        },
      ],
      [
        'token-rotation',
        async (page) => {
          await tab(page, 'Provisioning').click();
          await page.getByRole('link', { name: 'Rotate' }).first().click();
          await expect(page.getByRole('heading', { level: 1, name: 'Rotate “Okta, 2027”' })).toBeVisible();
        },
      ],
      [
        'token-rotated',
        async (page) => {
          await submit(page, 'Rotate');
          await expect(page.getByText(/^in (23 h|1 day)$/)).toBeVisible();
        },
      ],
      ['connection-oauth', (page) => open(page, 'Client credentials and federation')],
      [
        'connection-oauth-secret',
        async (page) => {
          await page.getByLabel('Name of the new client secret').fill('Entra, 2027');
          await submit(page, 'Make a client secret');
          await expect(page.getByRole('heading', { name: 'Your new client secret' })).toBeVisible();
        },
      ],
      [
        'connection-oauth-problems',
        async (page) => {
          await page.getByLabel('Directory (tenant) ID').fill('contoso.com');
          await page.getByLabel('Application (client) ID').fill('2b7c2f3a-6f0e-4f1d-8c55-0a3c4de1f9b2');
          await page.getByLabel('Subject (sub)').fill('5d3c1f0e-9a8b-4c7d-b6e5-4f3a2b1c0d9e');
          await card(page, 'Workload identity federation').getByRole('button', { name: 'Save' }).click();
          await problem(page);
        },
      ],
      [
        'connection-oauth-federation',
        async (page) => {
          await page.getByLabel('Directory (tenant) ID').fill('8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11');
          await card(page, 'Workload identity federation').getByRole('button', { name: 'Save' }).click();
          await expect(page.getByText('Takes assertions for')).toBeVisible();
        },
      ],
      ['connection-settings', (page) => tab(page, 'Settings').click()],
      ['connection-brake', (page) => open(page, 'What waits at the brake')],
      [
        'connection-requests',
        async (page) => {
          await openFrom(page, 'Connections', okta);
          await tab(page, 'Requests').click();
        },
      ],
      [
        'connection-request',
        async (page) => {
          await page.getByRole('link', { name: 'Replace the members of Billing Viewers' }).click();
          await expect(page.getByRole('heading', { name: 'What was answered' })).toBeVisible();
        },
      ],
      [
        'connection-request-failed',
        async (page, { muster }) => {
          await fetch(`${muster.url}/scim/v2/halden-okta/Users?filter=userName%20eq%20%22ingrid%22`);
          await openFrom(page, 'Connections', okta);
          await tab(page, 'Requests').click();
          // Written a moment after it was answered.
          await expect(async () => {
            await page.getByRole('link', { name: 'Failed', exact: true }).click();
            await page.getByRole('link', { name: 'Look up a user by userName' }).first().click({ timeout: 1000 });
          }).toPass();
          await expect(page.getByRole('note')).toContainText('The bearer token is missing or wrong');
        },
      ],
      [
        'connection-draft',
        async (page) => {
          await openFrom(page, 'Connections', 'Halden Contractors');
          await tab(page, 'Sign-in').click();
        },
      ],
      [
        'schemas',
        async (page) => {
          await goTo(page, 'Connections');
          await page.getByRole('link', { name: 'Schemas' }).click();
          await page.getByLabel('JSON').fill('{ "id": "urn:example:Badge" }');
          await submit(page, 'Add');
          await problem(page);
        },
      ],
      ['settings-domains', (page, { muster }) => page.goto(`${muster.url}/o/halden-instruments/settings/domains`)],
      [
        'settings-domains-problems',
        async (page) => {
          await page.getByLabel('Domain', { exact: true }).fill('https://halden.example/');
          await submit(page, 'Add domain');
          await problem(page);
        },
      ],
      [
        'settings-domains-record',
        async (page) => {
          await page.getByLabel('Domain', { exact: true }).fill('halden.example');
          await submit(page, 'Add domain');
          await expect(page.getByText('Waiting for its record')).toBeVisible();
        },
      ],
      ['activity', (page) => goTo(page, 'Activity')],
      [
        'event',
        async (page) => {
          await page.getByRole('link', { name: `made ${admin} an admin` }).click();
          await expect(page.getByRole('heading', { name: 'Before and after' })).toBeVisible();
        },
      ],
      [
        'keys',
        async (page) => {
          await page.keyboard.press('?');
          await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
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
      ['me-owner', (page, { muster }) => page.goto(`${muster.url}/me`)],
      ['me-password', (page) => open(page, 'Change password')],
    ],
  },
  {
    who: 'a member',
    arrive: async (page, company) => {
      await signInPage(page, company);
      await signInThrough(page, okta, login(member));
    },
    scenes: [
      ['me', (page, { muster }) => page.goto(`${muster.url}/me`)],
      ['terminal', (page, { muster }) => page.goto(`${muster.url}/cli/authorize?${terminal}`)],
      ['terminal-refused', (page, { muster }) => page.goto(`${muster.url}/cli/authorize`)],
    ],
  },
];

/** Stands still for axe and for photographs: nothing fades from one colour to another. */
export async function still(page: Page, theme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.evaluate(() => document.fonts.ready);
}
