#!/usr/bin/env node
// Everything that others have to say about our SCIM, against a running Muster: two checkers from PyPI, scim2-tester (by
// `scim2 test`) and scim-sanity; Okta's SPEC file; Microsoft's Validator and the gallery's tests; and Canaille, which is an
// identity provider. Prints what each counted, and fails when one failed, or counted nothing.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { root } from '../muster.mjs';
import { canaille } from './canaille.mjs';
import { spec } from './spec.mjs';
import { neighbours, report, withMuster } from './suite.mjs';
import { validator } from './validator.mjs';

// The gate: how many failures are tolerated. Never raise them.
// scim-sanity adds a member that does not exist and wants 200 for it: that one stays, since we answer 400.
const allowed = { 'scim2 test': 0, 'scim-sanity': 1 };

const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const tools = path.join(cache, 'muster/tools/venv/bin');
const logs = path.join(root, 'target/test-logs');
mkdirSync(logs, { recursive: true });

// Canaille needs most of the time, and most of that to start: it runs beside the others, on a Muster of its own.
const lanes = await Promise.allSettled([others(), canaille()]);
for (const { status, value, reason } of lanes) {
  if (status === 'rejected') console.error(reason);
  if (status === 'rejected' || !report(value)) process.exitCode = 1;
}

async function others() {
  const results = await withMuster(async (connect) => {
    const directory = await connect('Checks');
    return [await scim2(directory), await sanity(directory)];
  }, { neighbours });
  for (const { name, counts, failed, log } of results) {
    const words = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome.toLowerCase()}`);
    console.log(`${name}: ${words.join(', ') || 'no check ran'} (${path.relative(root, log)})`);
    const ran = Object.values(counts).some((count) => count > 0);
    if (!ran || failed > allowed[name]) process.exitCode = 1;
  }
  return [...(await spec()), ...(await validator())];
}

async function scim2({ baseUrl, token }) {
  const { output, log } = await run('scim2-test', 'scim2', ['-u', baseUrl, 'test', '--verbose'], {
    SCIM_CLI_HEADERS: `Authorization: Bearer ${token}`,
  });
  const counts = {};
  for (const [, outcome] of output.matchAll(/^([A-Z]{5,}) \w+$/gm)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const failed = (counts.ERROR ?? 0) + (counts.CRITICAL ?? 0);
  if (failed) console.log(output.split(/^(?=[A-Z]{5,} \w+$)/m).filter((part) => /^(ERROR|CRITICAL)/.test(part)).join(''));
  return { name: 'scim2 test', counts, failed, log };
}

async function sanity({ baseUrl, token }) {
  const words = ['probe', baseUrl, '--token', token, '--i-accept-side-effects'];
  const { output, log } = await run('scim-sanity', 'scim-sanity', [...words, '--json-output']);
  const { summary = {}, results = [] } = JSON.parse(output.slice(output.indexOf('{')) || '{}');
  const { total, ...counts } = summary;
  const failed = (counts.failed ?? 0) + (counts.errors ?? 0);
  for (const result of results.filter(({ status }) => /fail|error/i.test(status))) console.log(JSON.stringify(result));
  return { name: 'scim-sanity', counts, failed, log };
}

/** Runs a checker. It may end as it likes: failures are counted in what it prints. */
async function run(name, program, words, environment = {}) {
  const options = { env: { ...process.env, ...environment }, timeout: 300_000, maxBuffer: 1 << 26 };
  const { error, stdout, stderr } = await new Promise((resolve) => {
    execFile(path.join(tools, program), words, options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
  const log = path.join(logs, `${name}.log`);
  writeFileSync(log, `${stdout}${stderr}`);
  const ended = !error || typeof error.code === 'number';
  if (!ended) throw new Error(`${program} did not run to its end (make test installs it): ${error.message}`);
  return { output: stdout, log };
}
