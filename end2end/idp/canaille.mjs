// Canaille, an identity provider that others wrote: its own program, with a database of its own in a temporary folder. It
// signs people in at its own pages by OpenID Connect, and pushes them by SCIM with a library of its own (scim2-client).
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../muster.mjs';

const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const program = path.join(cache, 'muster/tools/venv-canaille/bin/canaille');

export class Canaille {
  /** Makes the database; more settings of Canaille's can be given by their names in the environment. */
  static async install(settings = {}) {
    const canaille = new Canaille(settings);
    try {
      await canaille.run('install');
    } catch (error) {
      await canaille.remove();
      throw error;
    }
    return canaille;
  }

  constructor(settings) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'canaille-'));
    /** What it logged about failures: it carries on. */
    this.complaints = [];
    /** Everything its server printed so far. */
    this.output = '';
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
    this.environment = {
      ...process.env,
      SECRET_KEY: 'not a secret',
      // It puts links to itself into what it sends, and makes none without a name.
      SERVER_NAME: 'localhost',
      PREFERRED_URL_SCHEME: 'http',
      CANAILLE__FORCE_HTTPS: 'false',
      CANAILLE__DATABASE: 'sql',
      CANAILLE_SQL__DATABASE_URI: `sqlite:///${this.folder}/canaille.sqlite`,
      CANAILLE_OIDC__ACTIVE_JWKS: JSON.stringify([key]),
      CANAILLE__LOGGING: this.#logging(),
      ...settings,
    };
  }

  /** A file by which it logs to its standard error: left to itself its server drops even why it answered 500. */
  #logging() {
    const file = path.join(this.folder, 'logging.ini');
    const sections = {
      loggers: { keys: 'root' },
      handlers: { keys: 'stderr' },
      formatters: { keys: 'plain' },
      logger_root: { level: 'WARNING', handlers: 'stderr' },
      handler_stderr: { class: 'StreamHandler', args: '()', formatter: 'plain' },
      formatter_plain: { format: '[%(asctime)s] %(levelname)s in %(module)s: %(message)s' },
    };
    const lines = Object.entries(sections).flatMap(([name, keys]) => [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)]);
    writeFileSync(file, lines.join('\n'));
    return file;
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

  /** A client for sign-in. Without an address of its own it is not trusted: people are asked for their consent. */
  async addClient({ client_id, client_secret, redirect_uris, post_logout_redirect_uris }) {
    const identity = ['--client-name', 'Muster', '--client-id', client_id, '--client-secret', client_secret];
    const addresses = [
      ...redirect_uris.flatMap((uri) => ['--redirect-uris', uri]),
      ...post_logout_redirect_uris.flatMap((uri) => ['--post-logout-redirect-uris', uri]),
    ];
    const flow = ['--grant-types', 'authorization_code', '--response-types', 'code', '--token-endpoint-auth-method', 'client_secret_basic'];
    const scopes = ['openid', 'profile', 'email'].flatMap((scope) => ['--scope', scope]);
    const { id } = await this.run('create', 'client', ...identity, ...addresses, ...flow, ...scopes);
    // Its pages do this by themselves; made by command, a client's tokens name nobody as their audience.
    await this.run('set', 'client', id, '--audience', id);
  }

  /** A person, made by Canaille's own command. */
  createUser(userName, givenName, familyName, ...more) {
    const name = ['--given-name', givenName, '--family-name', familyName, '--formatted-name', `${givenName} ${familyName}`];
    return this.run('create', 'user', '--user-name', userName, ...name, '--emails', `${userName}@acme.example`, ...more);
  }

  /**
   * From now on it pushes people to this SCIM service: a client of its own, with the token that Canaille shows to it. Clients
   * on localhost are trusted from the start: they are told of everybody, not just of those who consented.
   */
  async pushTo({ baseUrl, token }) {
    this.before = await beforeRfc9865(baseUrl);
    this.environment.CANAILLE_SCIM__ENABLE_CLIENT = 'true';
    const client = ['--client-name', 'Provisioning', '--client-id', 'provisioning', '--client-uri', this.before.url];
    const { id } = await this.run('create', 'client', ...client);
    const lifetime = ['--issue-date', new Date().toISOString(), '--lifetime', '86400'];
    const access = ['--token-id', 'provisioning', '--access-token', token, '--client', id, '--audience', id];
    await this.run('create', 'token', ...access, ...lifetime, '--scope', 'openid');
  }

  /** Serves its pages under `issuer`; ready when its metadata can be read. */
  async serve() {
    // It takes seconds to start: meanwhile somebody else may have taken the port.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await this.#servesAt(await freePort())) return;
      if (!this.output.includes('Address already in use')) break;
    }
    throw new Error(`canaille does not serve:\n${this.output}`);
  }

  async #servesAt(port) {
    this.issuer = `http://localhost:${port}`;
    this.output = '';
    this.environment.SERVER_NAME = `localhost:${port}`;
    this.server = spawn(program, ['run', '--bind', `127.0.0.1:${port}`], { cwd: this.folder, env: this.environment });
    for (const stream of [this.server.stdout, this.server.stderr]) stream.on('data', (chunk) => (this.output += chunk));
    const metadata = `${this.issuer}/.well-known/openid-configuration`;
    for (const end = Date.now() + 120_000; Date.now() < end && this.server.exitCode === null; await pause(100)) {
      // Whoever has the port may answer something else.
      const found = await fetch(metadata).then((answer) => answer.json()).catch(() => undefined);
      if (found?.issuer === this.issuer) return true;
    }
    return false;
  }

  async remove() {
    if (this.server && this.server.exitCode === null) {
      const ended = once(this.server, 'exit');
      this.server.kill('SIGTERM');
      await Promise.race([ended, pause(5000, undefined, { ref: false }).then(() => this.server.kill('SIGKILL'))]);
    }
    this.before?.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
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
