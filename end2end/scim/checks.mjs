#!/usr/bin/env node
// Two independent SCIM checkers from PyPI against a running Muster: scim2-tester (by `scim2 test`) and scim-sanity.
// Prints what each counted, and fails when one counts more failures than it may.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { Muster, root } from '../muster.mjs';

// The gate: how many failures are tolerated. Never raise them.
// scim-sanity adds a member that does not exist and wants 200 for it: that one stays, since we answer 400.
const allowed = { 'scim2 test': 0, 'scim-sanity': 1 };

const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
const tools = path.join(cache, 'muster/tools/venv/bin');
const logs = path.join(root, 'target/test-logs');
mkdirSync(logs, { recursive: true });

const muster = await (await Muster.prepare()).serve();
try {
  const { organization } = await muster.setUp('Acme', 'you@example.com');
  const connection = await muster.addConnection('generic', { organization, name: 'Checks', label: 'checks', sync: 'scim' });
  const results = [scim2(connection), sanity(connection)];
  for (const { name, counts, failed, log } of results) {
    const words = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome.toLowerCase()}`);
    console.log(`${name}: ${words.join(', ') || 'no check ran'} (${path.relative(root, log)})`);
    const ran = Object.values(counts).some((count) => count > 0);
    if (!ran || failed > allowed[name]) process.exitCode = 1;
  }
} finally {
  await muster.stop();
}

function scim2({ scim_base_url: url, scim_token: token }) {
  const { output, log } = run('scim2-test', 'scim2', ['-u', url, 'test', '--verbose'], {
    SCIM_CLI_HEADERS: `Authorization: Bearer ${token}`,
  });
  const counts = {};
  for (const [, outcome] of output.matchAll(/^([A-Z]{5,}) \w+$/gm)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const failed = (counts.ERROR ?? 0) + (counts.CRITICAL ?? 0);
  if (failed) console.log(output.split(/^(?=[A-Z]{5,} \w+$)/m).filter((part) => /^(ERROR|CRITICAL)/.test(part)).join(''));
  return { name: 'scim2 test', counts, failed, log };
}

function sanity({ scim_base_url: url, scim_token: token }) {
  const words = ['probe', url, '--token', token, '--i-accept-side-effects'];
  const { output, log } = run('scim-sanity', 'scim-sanity', [...words, '--json-output']);
  const { summary = {}, results = [] } = JSON.parse(output.slice(output.indexOf('{')) || '{}');
  const { total, ...counts } = summary;
  const failed = (counts.failed ?? 0) + (counts.errors ?? 0);
  for (const result of results.filter(({ status }) => /fail|error/i.test(status))) console.log(JSON.stringify(result));
  return { name: 'scim-sanity', counts, failed, log };
}

function run(name, program, words, environment = {}) {
  const { stdout, stderr, error } = spawnSync(path.join(tools, program), words, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 26,
  });
  const log = path.join(logs, `${name}.log`);
  writeFileSync(log, `${stdout ?? ''}${stderr ?? ''}`);
  if (error) throw new Error(`${program} did not run (make test installs it): ${error.message}`);
  return { output: stdout, log };
}
