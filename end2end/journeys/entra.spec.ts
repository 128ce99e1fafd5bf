import { connect } from '../connect.mjs';
import { accounts, expect, test, type Account } from '../fixtures';
import { Entra } from '../scim/entra.mjs';
import { card, copied, goTo, open, row, signIn, signInThrough, tab } from '../support';

test.use({ flavor: 'entra' });

const [ada, ben] = accounts;
const inEntra = ({ oid, preferred_username, given_name, family_name }: Account) => ({
  objectId: oid,
  userPrincipalName: preferred_username,
  givenName: given_name,
  surname: family_name,
});

for (const optscim of [false, true]) {
  test(`connect Entra by command line and sign in by object id, ${optscim ? 'with' : 'without'} aadOptscim062020`, async ({
    page,
    muster,
    idp,
    freshPage,
  }) => {
    const owner = await muster.setUp('Acme', 'owner@acme.example');
    // The metadata of a multi-tenant app: its issuer is a template, and only the tenant that was entered is let in.
    const connection = await connect(muster, idp, 'entra', {
      organization: owner.organization,
      name: 'Acme Entra',
      label: 'acme-entra',
      'tenant-id': idp.tenant,
      'metadata-url': `${idp.origin}/organizations/v2.0/.well-known/openid-configuration`,
    });
    const entra = new Entra({ baseUrl: connection.scim_base_url, token: connection.scim_token, optscim });
    const group = { objectId: crypto.randomUUID(), displayName: 'Platform Team' };

    await test.step('Entra provisions two people and a group; one of them by a wrong mapping', async () => {
      await entra.testConnection();
      await entra.provision(inEntra(ada));
      await entra.provision({ ...inEntra(ben), objectId: 'ben' });
      await entra.provisionGroup(group);
      await entra.addMembers(group, [inEntra(ada)]);
      await entra.update(inEntra(ada), { title: 'Engineer', 'name.familyName': 'Osei-Mensah' });
    });

    await test.step('Ada signs in and is matched by her object id, which is not her subject', async () => {
      await page.goto(muster.url);
      await signInThrough(page, 'Acme Entra', ada.preferred_username);
      await expect(page).toHaveURL(`${muster.url}/me`);
      await expect(card(page, 'Profile')).toContainText('Engineer');
      await expect(card(page, 'Groups')).toContainText('Platform Team');
    });

    await test.step('Ben, whose externalId is not his object id, is refused and told what was expected', async () => {
      const his = await freshPage();
      await his.goto(muster.url);
      await signInThrough(his, 'Acme Entra', ben.preferred_username);
      await expect(copied(his, 'Expected externalId')).toHaveText(ben.oid);
      await expect(his.getByRole('main')).toContainText('map objectId to externalId');
    });

    await test.step('disabled in Entra, Ada is signed out', async () => {
      await entra.disable(inEntra(ada));
      await page.reload();
      await expect(page).toHaveURL(/\/sign-in\/acme/);
      await page.getByRole('link', { name: 'Continue with Acme Entra' }).click();
      await expect(page.getByRole('main')).toContainText('was deactivated by Acme Entra');
    });

    await test.step('the owner sees all of it', async () => {
      const theirs = await freshPage();
      await theirs.goto(muster.url);
      await signIn(theirs, 'owner@acme.example', owner.password);
      await goTo(theirs, 'Users');
      await expect(row(theirs, ada.preferred_username)).toContainText('Deactivated by Acme Entra');
      await open(theirs, 'Ada Osei');
      await expect(card(theirs, 'Identity')).toContainText('Osei-Mensah');
      await expect(card(theirs, 'Sign-in')).toContainText(ada.oid);
      await goTo(theirs, 'Connections');
      await open(theirs, 'Acme Entra');
      await tab(theirs, 'Sign-in').click();
      // The template is filled in with the tenant: what a token must say.
      await expect(card(theirs, 'What discovery found')).toContainText(idp.issuer);
    });
  });
}
