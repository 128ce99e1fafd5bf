// The company that the scenes show: the demo's, and everything that an owner may have done with it.
import type { Cookie, Page } from '@playwright/test';
import { connect } from '../connect.mjs';
import { account, domain, organization, people, push } from '../demo/company.mjs';
import { expect, test as base, type Provider } from '../fixtures';
import { startProvider } from '../idp/provider.mjs';
import { Muster } from '../muster.mjs';
import { Okta } from '../scim/okta.mjs';
import {
  addConnection,
  attachToGroup,
  changeLevel,
  checkAndSave,
  createRole,
  giveRole,
  goTo,
  invite,
  makeAdmins,
  makeServiceAccount,
  open,
  signIn,
  suspend,
  tab,
  turnScimOn,
} from '../support';

/** The demo's company in one server, nothing in another, and a provider whose accounts are the company's people and a stranger. */
export type Company = { muster: Muster; empty: Muster; idp: Provider; owner: Owner };
type Owner = { email: string; password: string; cookies: Cookie[] };

export const okta = 'Halden Okta';
export const partner = 'Partner Okta';
export const stranger = { sub: '00uStranger0000000x7', email: 'stranger@elsewhere.example', name: 'Someone Else' };
// An admin, a member who holds roles through two groups, somebody who is suspended, somebody whom Okta deactivated.
export const [admin, member, suspended, away] = ['Birgit Lorenz', 'Daniel Weiss', 'Linus Ekström', 'Noah Feldman'];
export const named = (name: string) => people.find((person) => `${person.givenName} ${person.familyName}` === name)!;
/** Two people of ours, whom Okta asks for. */
const asked = ['Anders Lund', 'Rieke Thomsen'].map((name, n) => ({ ...fromOutside(name, n), login: `${plain(name)}@${domain}` }));
/** Whom the second directory sends: two of the company's, and people of other firms. The last one was deleted there once. */
const outside = [
  ...['Viktor Petrov', 'Zofia Wiśniewska'].map(named),
  ...`Ada Blom, Bruno Keita, Cora Meyer, Dov Aronson, Edda Falk, Femi Ojo, Gita Rao, Hugo Lang, Ines Prieto, Jiro Abe, Kaja Lie, Lars Moe,
    Mina Sato, Nils Dahl, Oona Virta, Paul Weber, Qi Zhang, Rosa Conti, Sven Holm, Tara Singh, Udo Kern, Vera Sokol, Wim Maes, Yael Gold`
    .split(/,\s+/)
    .map((name, n) => fromOutside(name, n)),
];

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
      const client = new Okta({ baseUrl, token, app: 'catalogue' });
      await push(client);
      const page = await browser.newPage();
      // Both workers may be making a company at once.
      page.setDefaultTimeout(30_000);
      await arriveAsOwner(page, company);
      await letPartnerIn(page, company);
      await keepWaiting(page, client);
      await workAsOwner(page);
      await page.context().close();

      await use(company);
      await Promise.all([muster.stop(), empty.stop(), idp.close()]);
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export async function arriveAsOwner(page: Page, { muster, owner }: Company) {
  await page.context().addCookies(owner.cookies);
  await page.goto(muster.url);
  // Once: each code of an authenticator app is good once, and the next one is half a minute away.
  if (owner.cookies.length === 0) await signIn(page, owner.email, owner.password);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  owner.cookies = await page.context().cookies();
}

/** A second connection: sign-in is a draft, its groups are roles, and its brake is closed. */
async function letPartnerIn(page: Page, { muster, idp }: Company) {
  await addConnection(page, 'Okta', partner, 'partner-okta');
  await checkAndSave(page, `${idp.origin}/faults/issuer-mismatch`, { client_id: '0oa1partner', client_secret: 'x' });
  await expect(page.getByText('Sign-in is a draft')).toBeVisible();
  await tab(page, 'Provisioning').click();
  const directory = new Okta({ ...(await turnScimOn(page)), app: 'catalogue' });
  await tab(page, 'Settings').click();
  await page.getByLabel('So many people may always').fill('3');
  await page.getByLabel('Or so many percent').fill('0');
  await page.getByRole('button', { name: 'Save the brake' }).click();
  await expect(page.getByRole('status')).toContainText('Saved.');
  await open(page, 'Make every pushed group a role…');
  await page.getByRole('button', { name: 'Make every pushed group a role' }).click();
  await expect(page.getByRole('status')).toContainText('Every pushed group is a role');

  for (const person of outside) await directory.assign(person);
  const last = outside.at(-1)!;
  await directory.http.call('DELETE', `/Users/${directory.users.get(last.id)}`);
  await directory.assign(last);
  await directory.pushGroup('Contractors', outside);
  muster.age();
  const gone = outside.slice(2, 7);
  for (const person of [...gone, gone.at(-1)!]) await directory.deactivate(person).catch(refused);
  await directory.setMembers('Contractors', outside.slice(0, 4)).catch(refused);
}

/** Two people of ours for whom Okta asks: one waits, one is confirmed. */
async function keepWaiting(page: Page, client: Okta) {
  for (const { givenName, familyName, login } of asked) await invite(page, `${givenName} ${familyName}`, login);
  for (const person of asked) await client.assign(person).catch(refused);
  await client.testConnector();
  await goTo(page, 'Overview');
  await open(page, 'Confirm or decline');
  await page.getByRole('button', { name: 'Confirm' }).last().click();
  await expect(page.getByRole('status')).toContainText('is taken over at the next request');
}

/** Roles given to groups and to one person for a while, admins, a program, a suspension. */
async function workAsOwner(page: Page) {
  await createRole(page, 'Operator', ['deployments:write', 'incidents:write'], 'Runs production, on call.');
  await attachToGroup(page, 'Production On-call');
  await attachToGroup(page, 'Halden Platform');
  await createRole(page, 'Billing viewer', ['invoices:read'], 'Sees invoices and the plan.');
  await attachToGroup(page, 'Billing Viewers');
  await createRole(page, 'Administrator', ['*']);
  await giveRole(page, member, 'Billing viewer', '8 hours', 'Month-end closing');
  await goTo(page, 'Users');
  await open(page, 'Service accounts');
  await open(page, 'New service account');
  await makeServiceAccount(page, 'Nightly export', named(suspended).login);
  await makeAdmins(page, 'Console Administrators');
  await changeLevel(page, admin, 'Admin');
  await suspend(page, suspended, 'Lost laptop');
}

function fromOutside(name: string, n: number) {
  const [givenName, familyName] = name.split(' ');
  return { id: `00uOutside${String(n).padStart(7, '0')}x7`, login: `${plain(name)}@partner.example`, givenName, familyName };
}

function plain(name: string) {
  return name.toLowerCase().replace(' ', '.');
}

/** As it is to be: what was refused waits. */
function refused(failure: Error & { status?: number }) {
  if (failure.status !== 409 && failure.status !== 403) throw failure;
}
