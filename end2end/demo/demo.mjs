#!/usr/bin/env node
// `make demo`: Muster with a company in it. Starts an OpenID provider and the server, sets both up through Muster's command
// line, pushes 120 people and 14 groups by SCIM as Okta does, and stays until it is stopped. It starts from nothing every
// time: data/demo is deleted first.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { connect } from '../connect.mjs';
import { startProvider } from '../idp/provider.mjs';
import { Muster, root } from '../muster.mjs';
import { Okta } from '../scim/okta.mjs';
import { account, domain, groups, organization, people, push } from './company.mjs';

const say = (text) => console.log(`\x1b[36m›\x1b[0m ${text}`);
const data = path.join(root, 'data/demo');
rmSync(data, { recursive: true, force: true });
mkdirSync(data, { recursive: true });

say('starting an OpenID provider that stands in for Okta');
const provider = await startProvider({
  port: Number(process.env.MUSTER_DEMO_IDP_PORT ?? 4000),
  flavor: 'okta',
  accounts: people.filter((person) => !person.away).map(account),
});

say('starting Muster with an empty database in data/demo');
const muster = await Muster.prepare({ port: Number(process.env.MUSTER_DEMO_PORT ?? 3000), data });
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0));

try {
  const ownerEmail = `owner@${domain}`;
  const owner = await muster.setUp(organization, ownerEmail);
  await muster.serve();
  muster.server.on('exit', () => stop(1, 'The server ended:\n' + muster.output.slice(-2000)));

  say('connecting the two');
  const connection = await connect(muster, provider, 'okta', {
    organization: owner.organization,
    name: 'Halden Okta',
    label: 'halden-okta',
    issuer: provider.issuer,
    sync: 'scim',
  });

  say(`pushing ${people.length} people and ${groups.length} groups by SCIM`);
  const okta = new Okta({ baseUrl: connection.scim_base_url, token: connection.scim_token, app: 'catalogue' });
  await push(okta);
  say(`done: ${okta.http.exchanges.length} SCIM requests`);

  console.log(`
  Dashboard   ${muster.url}
    as the owner    ${ownerEmail}   password: ${owner.password}
                    the first sign-in sets up an authenticator app on your phone
    as a member     choose "Continue with Halden Okta" at ${muster.url}/sign-in/${owner.organization}
                    and be ${people[4].login}, or anybody else from Users; no password
  Provider    ${provider.origin}
  SCIM        ${connection.scim_base_url}
              token: ${connection.scim_token}

  Ctrl-C stops both. Nothing here leaves this machine.
`);
} catch (problem) {
  await stop(1, problem.stack);
}

async function stop(code, why) {
  if (stopping) return;
  stopping = true;
  if (why) console.error(why);
  await Promise.all([muster.stop(), provider.close()]);
  process.exit(code);
}
