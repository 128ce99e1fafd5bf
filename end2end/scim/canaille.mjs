#!/usr/bin/env node
// Canaille, an identity provider that others wrote, pushes people and groups to Muster. Its own program changes its own
// database; that Muster hears of it is the work of its signals and its SCIM client (scim2-client), which discovers Muster's
// schemas, looks everybody up by externalId, and changes by PUT. Nothing here speaks SCIM for it: here is only read.
import assert from 'node:assert/strict';
import { Canaille } from '../idp/canaille.mjs';
import { ScimClient, literal } from './client.mjs';
import { Suite, alone, withMuster } from './suite.mjs';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function canaille() {
  return withMuster(async (connect) => {
    const suite = new Suite('Canaille', 19);
    const directory = await connect('Canaille');
    const idp = await Canaille.install();
    try {
      await idp.pushTo(directory);
      await push(suite, idp, new ScimClient({ ...directory, headers: { accept: 'application/scim+json' } }));
    } finally {
      await idp.remove();
    }
    // It only logs what went wrong, and carries on.
    for (const complaint of idp.complaints) suite.fail(`Canaille says: ${complaint}`);
    return [suite];
  });
}

async function push(suite, idp, muster) {
  const byExternalId = async (kind, { id }) => {
    const { Resources = [] } = await muster.get(`/${kind}`, { filter: `externalId eq ${literal(id)}` });
    return Resources[0];
  };
  const status = async (kind, id) => (await muster.send('GET', `/${kind}/${id}`)).status;
  const members = async (group) => ((await muster.get(`/Groups/${group.id}`)).members ?? []).map(({ value }) => value).sort();

  const work = ['--title', 'Lieutenant', '--phone-numbers', '+1 555 0100', '--department', 'Ships'];
  const grace = await idp.createUser('grace', 'Grace', 'Murray', '--display-name', 'Grace', ...work);
  const home = ['--street', '1 Bletchley Park', '--locality', 'Milton Keynes', '--preferred-language', 'en-GB'];
  const alan = await idp.createUser('alan', 'Alan', 'Turing', '--employee-number', '42', ...home);
  const made = await byExternalId('Users', grace);
  const other = await byExternalId('Users', alan);

  await suite.check('a user comes', () => assert.equal(made?.userName, 'grace'));
  await suite.check('and is active', () => assert.equal(made?.active, true));
  await suite.check('with a name', () => {
    assert.deepEqual(made?.name, { formatted: 'Grace Murray', givenName: 'Grace', familyName: 'Murray' });
  });
  await suite.check('with an e-mail address', () => assert.equal(made?.emails?.[0]?.value, 'grace@acme.example'));
  await suite.check('with a telephone', () => assert.equal(made?.phoneNumbers?.[0]?.value, '+1 555 0100'));
  await suite.check('with a department', () => assert.equal(made?.[ENTERPRISE]?.department, 'Ships'));
  await suite.check('a second user comes, with address and number', () => {
    assert.equal(other?.addresses?.[0]?.streetAddress, '1 Bletchley Park');
    assert.equal(other?.[ENTERPRISE]?.employeeNumber, '42');
    assert.equal(other?.preferredLanguage, 'en-GB');
  });
  await suite.check('no password hash is to be seen', () => {
    assert.ok(made && other);
    assert.equal('password' in { ...made, ...other }, false);
  });

  const promoted = ['--title', 'Rear Admiral', '--department', 'Compilers'];
  await idp.run('set', 'user', 'grace', '--family-name', 'Hopper', '--formatted-name', 'Grace Hopper', ...promoted);
  const changed = await byExternalId('Users', grace);
  await suite.check('a changed profile arrives', () => {
    assert.equal(changed?.name?.familyName, 'Hopper');
    assert.equal(changed?.title, 'Rear Admiral');
    assert.equal(changed?.[ENTERPRISE]?.department, 'Compilers');
  });
  await suite.check('with the same id', () => assert.equal(changed?.id, made?.id ?? 'none'));
  await suite.check('and externalId is kept', () => assert.equal(changed?.externalId, grace.id));

  const group = await idp.run('create', 'group', '--display-name', 'pioneers', '--members', grace.id, '--members', alan.id);
  const both = [made?.id, other?.id].sort();
  const pioneers = await byExternalId('Groups', group);
  await suite.check('a group comes', () => assert.equal(pioneers?.displayName, 'pioneers'));
  await suite.check('with two members', async () => assert.deepEqual(await members(pioneers), both));

  await idp.run('set', 'user', 'alan', '--lock-date', '2020-01-01T00:00:00+00:00');
  await suite.check('a locked user is inactive', async () => assert.equal((await byExternalId('Users', alan))?.active, false));
  await suite.check('and stays in the group', async () => assert.deepEqual(await members(pioneers), both));

  await idp.run('delete', 'user', '--noconfirm', '--user-name', 'alan');
  await suite.check('a deleted user is gone', async () => assert.equal(await status('Users', other.id), 404));
  await suite.check('and out of the group, where the other one stays', async () => {
    assert.deepEqual(await members(pioneers), [made.id]);
  });

  await idp.run('delete', 'group', '--noconfirm', '--display-name', 'pioneers');
  await suite.check('a deleted group is gone', async () => assert.equal(await status('Groups', pioneers.id), 404));
  await suite.check('and its member is still there', async () => assert.equal(await status('Users', made.id), 200));
}

await alone(import.meta, canaille);
