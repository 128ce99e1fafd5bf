import { connect } from '../connect.mjs';
import { accounts, expect, test, type Account } from '../fixtures';
import { Entra } from '../scim/entra.mjs';
import { Okta } from '../scim/okta.mjs';
import { changeLevel, goTo, signIn, signInThrough } from '../support';

const [ada, ben] = accounts;

type Scim = { baseUrl: string; token: string };
/** What a directory does to one person: each call is what its own client sends. */
type Directory = {
  assign: (account: Account) => Promise<unknown>;
  deactivate: (account: Account) => Promise<unknown>;
  reactivate: (account: Account) => Promise<unknown>;
  /** The body of the last call. */
  sent: () => unknown;
};

function okta(scim: Scim, app: 'custom' | 'catalogue'): Directory {
  const client = new Okta({ ...scim, app });
  const known = ({ sub, preferred_username, given_name, family_name }: Account) => {
    return { id: sub, login: preferred_username, givenName: given_name, familyName: family_name };
  };
  return {
    assign: (account) => client.assign(known(account)),
    deactivate: (account) => client.deactivate(known(account)),
    reactivate: (account) => client.reactivate(known(account)),
    sent: () => client.http.exchanges.at(-1)?.body,
  };
}

function entra(scim: Scim, optscim: boolean): Directory {
  const client = new Entra({ ...scim, optscim });
  const known = ({ oid, preferred_username, given_name, family_name }: Account) => {
    return { objectId: oid, userPrincipalName: preferred_username, givenName: given_name, surname: family_name };
  };
  return {
    assign: (account) => client.provision(known(account)),
    deactivate: (account) => client.disable(known(account)),
    reactivate: (account) => client.enable(known(account)),
    sent: () => client.http.exchanges.at(-1)?.body,
  };
}

const patch = (...Operations: object[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

/** How each of them says that somebody is no longer active. */
const table = [
  {
    name: 'Okta, an app of its catalogue: PATCH without a path',
    flavor: 'okta' as const,
    directory: (scim: Scim) => okta(scim, 'catalogue'),
    says: patch({ op: 'replace', value: { active: false } }),
  },
  {
    name: 'Okta, a custom app: the whole resource by PUT',
    flavor: 'okta' as const,
    directory: (scim: Scim) => okta(scim, 'custom'),
    says: { userName: ben.preferred_username, externalId: ben.sub, active: false },
  },
  {
    name: 'Entra: PATCH with "False" as a text',
    flavor: 'entra' as const,
    directory: (scim: Scim) => entra(scim, false),
    says: patch({ op: 'Replace', path: 'active', value: 'False' }),
  },
  {
    name: 'Entra with aadOptscim062020: PATCH as the RFC has it',
    flavor: 'entra' as const,
    directory: (scim: Scim) => entra(scim, true),
    says: patch({ op: 'replace', value: { active: false } }),
  },
];

for (const { name, flavor, directory: make, says } of table) {
  test.describe(name, () => {
    test.use({ flavor });

    test('who is deactivated while a page is open is out at the next click, and in again when reactivated', async ({
      page,
      muster,
      idp,
      freshPage,
    }) => {
      const owner = await muster.setUp('Acme', 'owner@acme.example');
      const connection = await connect(muster, idp, flavor, {
        organization: owner.organization,
        name: 'Acme IdP',
        ...(flavor === 'entra' ? { 'tenant-id': idp.tenant, 'metadata-url': idp.metadataUrl } : { domain: idp.issuer }),
      });
      const directory = make({ baseUrl: connection.scim_base_url, token: connection.scim_token });
      await directory.assign(ada);
      await directory.assign(ben);
      const [office, theirs] = [await freshPage(), await freshPage()];

      await test.step('Ben, an admin, and Ada are signed in, each with a page open', async () => {
        await office.goto(muster.url);
        await signIn(office, 'owner@acme.example', owner.password);
        await changeLevel(office, ben.name, 'Admin');
        await page.goto(muster.url);
        await signInThrough(page, 'Acme IdP', ben.preferred_username);
        await expect(page).toHaveURL(`${muster.url}/o/acme`);
        await theirs.goto(muster.url);
        await signInThrough(theirs, 'Acme IdP', ada.preferred_username);
        await expect(theirs).toHaveURL(`${muster.url}/me`);
      });

      await test.step('Ben is deactivated: his next click ends at the sign-in page', async () => {
        await directory.deactivate(ben);
        expect(directory.sent()).toMatchObject(says);
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
        await expect(page).toHaveURL(/\/sign-in\/acme\?.*return_to=%2Fo%2Facme%2Fgroups/);
        await expect(page.getByRole('heading', { name: 'Groups' })).toHaveCount(0);
      });

      await test.step('the provider still knows him, Muster says why he is not let in', async () => {
        await page.getByRole('link', { name: 'Continue with Acme IdP' }).click();
        await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
        await expect(page.getByRole('main')).toContainText('Your account at Acme was deactivated by Acme IdP');
        await expect(page.getByRole('main')).toContainText('sign_in_deactivated');
        await page.goto(`${muster.url}/me`);
        await expect(page).toHaveURL(/\/sign-in\/acme/);
      });

      await test.step('nobody else lost anything', async () => {
        await theirs.reload();
        await expect(theirs).toHaveURL(`${muster.url}/me`);
      });

      await test.step('reactivated, he is the same person, and signs in anew', async () => {
        await directory.reactivate(ben);
        // The session that ended stays ended.
        await page.goto(`${muster.url}/o/acme/groups`);
        await expect(page).toHaveURL(/\/sign-in\/acme/);
        await page.getByRole('link', { name: 'Continue with Acme IdP' }).click();
        await expect(page).toHaveURL(`${muster.url}/o/acme/groups`);
        await expect(page.getByRole('heading', { level: 1, name: 'Groups' })).toBeVisible();
      });

      await test.step('all of it is in the activity, once', async () => {
        await goTo(office, 'Activity');
        for (const sentence of ['Acme IdP deactivated Ben Marín', 'Ben Marín was refused at sign-in', 'Acme IdP reactivated Ben Marín']) {
          await expect(office.getByRole('link', { name: sentence, exact: true })).toHaveCount(1);
        }
      });
    });
  });
}
