// What the suites of checks share: counting, a directory to check, and being a program of their own.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Muster } from '../muster.mjs';
import { Owner } from '../owner.mjs';

/** Some who were there first. */
export const neighbours = [
  { name: 'Nora Noble', email: 'nora@acme.example', level: 'member' },
  { name: 'Nils van Dyk', email: 'nils@acme.example', level: 'admin' },
  { name: 'Nina Nowak', email: 'nina@acme.example', level: 'member' },
];

/** A count of checks under one name. Nothing counted is a failure: a suite that silently ran nothing must not look green. */
export class Suite {
  /** @param {string} name @param {number} [expected] how many there must be: a check that got lost is a failure, too */
  constructor(name, expected) {
    Object.assign(this, { name, expected, total: 0, passed: 0, failures: [], notes: [] });
  }

  /** Counts one check; what it throws is why it failed. */
  async check(title, run) {
    this.total++;
    try {
      await run();
      this.passed++;
    } catch (error) {
      this.failures.push(`${title}: ${error.message}`);
    }
  }

  /** Something that is no check of its own, and still must not go wrong. */
  fail(why) {
    this.failures.push(why);
  }

  /** Something to say that is neither. */
  note(text) {
    this.notes.push(text);
  }

  /** Says what was counted; true if all is well. */
  print() {
    for (const failure of this.failures) console.log(`  ✗ ${failure}`);
    console.log(`${this.name}: ${this.passed} of ${this.expected ?? this.total}`);
    for (const note of this.notes) console.log(`  ${note}`);
    const complete = this.total > 0 && this.total === (this.expected ?? this.total);
    if (!complete) console.log(`  ✗ ${this.total} checks ran`);
    return complete && this.passed === this.total && this.failures.length === 0;
  }
}

/**
 * A fresh Muster; `connect(name)` gives the SCIM base URL and token of a directory of its own. Stopped afterwards. With
 * `neighbours` there are local people besides, whom every directory sees and may take over.
 */
export async function withMuster(use, { neighbours = [] } = {}) {
  const muster = await Muster.prepare();
  try {
    await muster.serve();
    const made = await muster.setUp('Acme', 'you@example.com');
    const owner = await Owner.signIn(muster, made, 'you@example.com');
    for (const { name, email, level } of neighbours) await owner.invite(name, email, level);
    const { organization } = made;
    return await use(async (name, provider = 'generic') => {
      const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      const added = await muster.addConnection(provider, { organization, name, label, sync: 'scim' });
      return { baseUrl: added.scim_base_url, token: added.scim_token };
    });
  } finally {
    await muster.stop();
  }
}

/** Runs a module's suites if that module is the program; `run` returns suites. */
export async function alone(meta, run) {
  if (path.resolve(process.argv[1] ?? '') !== fileURLToPath(meta.url)) return;
  if (!report(await run())) process.exitCode = 1;
}

/** Prints suites; true if all are well and there was at least one. */
export function report(suites) {
  const outcomes = suites.map((suite) => suite.print());
  return outcomes.length > 0 && outcomes.every(Boolean);
}
