// Muster as a process: its command line, and its server on a free port with a database of its own. For journeys and demo.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const binary = process.env.MUSTER_BIN ?? path.join(root, 'target/debug/muster');

/** One installation: a data directory and the settings that go with it. */
export class Muster {
  /** @param {{ port?: number, data?: string, environment?: Record<string, string> }} options */
  static async prepare({ port, data, environment = {} } = {}) {
    port ??= await freePort();
    return new Muster(port, data, environment);
  }

  constructor(port, data, environment) {
    this.temporary = data === undefined;
    this.data = data ?? mkdtempSync(path.join(tmpdir(), 'muster-'));
    this.url = `http://localhost:${port}`;
    this.environment = {
      ...process.env,
      MUSTER_LISTEN: `127.0.0.1:${port}`,
      MUSTER_PUBLIC_URL: this.url,
      MUSTER_DATABASE_URL: `sqlite://${this.data}/muster.db`,
      MUSTER_SECRET_KEY_FILE: `${this.data}/secret.key`,
      MUSTER_ALLOW_PRIVATE_IDP: 'true',
      ...environment,
    };
    /** Everything the server printed so far. */
    this.output = '';
  }

  /** Starts the server and waits until it says that it serves. */
  async serve() {
    this.server = spawn(binary, ['serve'], { env: this.environment, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    this.server.on('error', (error) => (this.output += `${error}\n`));
    for (const stream of [this.server.stdout, this.server.stderr]) stream.on('data', (chunk) => (this.output += chunk));
    await this.#printed(/Muster is serving on/);
    return this;
  }

  /** The code that the first person to open Muster needs; printed while set-up is open. */
  setUpCode() {
    return this.#printed(/Set-up code: (\S+)/);
  }

  /** Runs `muster …` beside the server and reads the JSON it prints. Not blocking: it may ask a provider in this process. */
  async run(...words) {
    const { stdout } = await promisify(execFile)(binary, [...words, '--json'], { env: this.environment, cwd: root });
    return JSON.parse(stdout);
  }

  setUp(organization, ownerEmail) {
    return this.run('setup', '--organization', organization, '--owner-email', ownerEmail);
  }

  /** `options` are the flags of `muster connection add`, for example { organization: 'acme', name: 'Acme Okta', sync: 'scim' }. */
  addConnection(provider, options) {
    return this.run('connection', 'add', provider, ...Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value]));
  }

  /** As if everybody had been here for years: the brake counts nobody else. By Python, which brings SQLite. */
  age() {
    const statement = "UPDATE users SET active_since = '2020-01-01T00:00:00.000Z'";
    const program = 'import sqlite3, sys; base = sqlite3.connect(sys.argv[1], timeout=10); base.execute(sys.argv[2]); base.commit()';
    execFileSync('python3', ['-c', program, `${this.data}/muster.db`, statement]);
  }

  async stop() {
    if (this.server && this.server.exitCode === null) {
      const ended = new Promise((resolve) => this.server.once('exit', resolve));
      this.server.kill('SIGTERM');
      await Promise.race([ended, sleep(5000).then(() => this.server.kill('SIGKILL'))]);
    }
    if (this.temporary) rmSync(this.data, { recursive: true, force: true });
  }

  async #printed(pattern) {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const found = this.output.match(pattern);
      if (found) return found[1];
      if (this.server.exitCode !== null) throw new Error(`muster serve ended:\n${this.output}`);
      await sleep(50);
    }
    throw new Error(`muster serve did not print ${pattern} within 20 s:\n${this.output}`);
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
