#!/usr/bin/env node
// Canaille, an identity provider that others wrote, pushes people and groups to Muster. Its own program changes its own
// database; that Muster hears of it is the work of its signals and its SCIM client (scim2-client), which discovers Muster's
// schemas, looks everybody up by externalId, and changes by PUT. Nothing here speaks SCIM for it: here is only read.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ScimClient, literal } from './client.mjs';
import { Suite, alone, withMuster } from './suite.mjs';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const program = path.join(cache, 'muster/tools/venv-canaille/bin/canaille');

export function canaille() {
  return withMuster(async (connect) => {
    const suite = new Suite('Canaille', 19);
    const directory = await connect('Canaille');
    const before = await beforeRfc9865(directory.baseUrl);
    const idp = new Canaille({ ...directory, baseUrl: before.url });
    try {
      await push(suite, idp, new ScimClient({ ...directory, headers: { accept: 'application/scim+json' } }));
    } finally {
      idp.remove();
      before.server.close();
    }
    // It only logs what went wrong, and carries on.
    for (const complaint of idp.complaints) suite.fail(`Canaille says: ${complaint}`);
    return [suite];
  });
}

/**
 * The library that Canaille is bound to is older than RFC 9865, and refuses a whole ServiceProviderConfig for an attribute that
 * it does not know. So `pagination` is taken out on the way; all else passes as it is.
 */
async function beforeRfc9865(baseUrl) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const answer = await fetch(baseUrl + request.url, { method: request.method, headers: { ...headers, 'accept-encoding': 'identity' }, body });
    let text = await answer.text();
    if (request.url.startsWith('/ServiceProviderConfig')) {
      const { pagination, ...config } = JSON.parse(text);
      assert.ok(pagination, 'there is something to take out');
      text = JSON.stringify(config);
    }
    const kept = ['content-type', 'etag', 'location'].filter((name) => answer.headers.has(name));
    response.writeHead(answer.status, Object.fromEntries(kept.map((name) => [name, answer.headers.get(name)])));
    response.end(answer.status === 204 ? undefined : text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://localhost:${server.address().port}` };
}

async function push(suite, idp, muster) {
  const byExternalId = async (kind, { id }) => {
    const { Resources = [] } = await muster.get(`/${kind}`, { filter: `externalId eq ${literal(id)}` });
    return Resources[0];
  };
  const status = async (kind, id) => (await muster.send('GET', `/${kind}/${id}`)).status;
  const members = async (group) => ((await muster.get(`/Groups/${group.id}`)).members ?? []).map(({ value }) => value).sort();

  await idp.install();
  const person = (userName, givenName, familyName, ...more) => {
    const name = ['--given-name', givenName, '--family-name', familyName, '--formatted-name', `${givenName} ${familyName}`];
    return idp.run('create', 'user', '--user-name', userName, ...name, '--emails', `${userName}@acme.example`, ...more);
  };
  const work = ['--title', 'Lieutenant', '--phone-numbers', '+1 555 0100', '--department', 'Ships'];
  const grace = await person('grace', 'Grace', 'Murray', '--display-name', 'Grace', ...work);
  const home = ['--street', '1 Bletchley Park', '--locality', 'Milton Keynes', '--preferred-language', 'en-GB'];
  const alan = await person('alan', 'Alan', 'Turing', '--employee-number', '42', ...home);
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

/** Canaille with a database of its own in a temporary folder, told that Muster is one of its clients. */
class Canaille {
  constructor({ baseUrl, token }) {
    Object.assign(this, { baseUrl, token, complaints: [], folder: mkdtempSync(path.join(tmpdir(), 'canaille-')) });
    this.environment = {
      ...process.env,
      SECRET_KEY: 'not a secret',
      // It puts links to itself into what it sends, and makes none without a name.
      SERVER_NAME: 'canaille.example',
      CANAILLE__DATABASE: 'sql',
      CANAILLE_SQL__DATABASE_URI: `sqlite:///${this.folder}/canaille.sqlite`,
      CANAILLE_SCIM__ENABLE_CLIENT: 'true',
    };
  }

  /**
   * Makes the database, and the client with the token that Canaille shows to it: Muster's. Clients on localhost are trusted
   * from the start: they are told of everybody, not just of those who consented.
   */
  async install() {
    await this.run('install');
    const client = ['--client-name', 'Muster', '--client-id', 'muster', '--client-uri', this.baseUrl];
    const { id } = await this.run('create', 'client', ...client);
    const token = ['--token-id', 'muster', '--access-token', this.token, '--client', id, '--audience', id];
    const lifetime = ['--issue-date', new Date().toISOString(), '--lifetime', '86400'];
    await this.run('create', 'token', ...token, ...lifetime, '--scope', 'openid');
  }

  /** Runs `canaille …`; gives what it prints, which is the object it changed. */
  async run(...words) {
    const options = { cwd: this.folder, env: this.environment, timeout: 120_000 };
    const { stdout, stderr } = await promisify(execFile)(program, words, options).catch((error) => {
      if (error.code === 'ENOENT') throw new Error(`${program} is not there; scripts/tools test installs it`);
      throw new Error(`canaille ${words.slice(0, 2).join(' ')}: ${error.stderr || error.message}`);
    });
    this.complaints.push(...stderr.split('\n').filter((line) => /SCIM|Unable to find user/.test(line)));
    return stdout.trim().startsWith('{') ? JSON.parse(stdout) : stdout;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

await alone(import.meta, canaille);
