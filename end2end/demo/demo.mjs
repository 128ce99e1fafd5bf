#!/usr/bin/env node
// `make demo`: Muster with a company in it. Starts an OpenID provider and the server, sets both up through Muster's command
// line, pushes 120 people and 14 groups by SCIM as Okta does, and stays until it is stopped. It starts from nothing every
// time: data/demo is deleted first.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startProvider } from '../idp/provider.mjs';
import { Muster, root } from '../muster.mjs';
import { Okta } from '../scim/okta.mjs';
import { domain, groups, organization, people } from './company.mjs';

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

  const connection = await connect(owner.organization);
  await push(connection);

  console.log(`
  Dashboard   ${muster.url}
    as the owner    ${ownerEmail}   password: ${owner.password}
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

async function connect(slug) {
  say('connecting the two');
  const secret = path.join(data, 'client-secret');
  writeFileSync(secret, 'demo-secret-that-guards-nothing', { mode: 0o600 });
  const made = await muster.addConnection('okta', {
    organization: slug,
    name: 'Halden Okta',
    label: 'halden-okta',
    issuer: provider.issuer,
    'client-id': 'muster-demo',
    'client-secret-file': secret,
    sync: 'scim',
  });
  if (made.problem) throw new Error(`the sign-in half could not be connected: ${made.problem}`);
  provider.addClient({
    client_id: 'muster-demo',
    client_secret: 'demo-secret-that-guards-nothing',
    redirect_uris: [made.redirect_uri],
    post_logout_redirect_uris: [`${muster.url}/sign-in/${slug}`],
  });
  return made;
}

async function push({ scim_base_url: baseUrl, scim_token: token }) {
  say(`pushing ${people.length} people and ${groups.length} groups by SCIM`);
  const okta = new Okta({ baseUrl, token, app: 'catalogue' });
  await okta.testConnector();
  for (const person of people) await okta.assign(person);
  for (const group of groups) await okta.pushGroup(group.name, group.members);
  for (const person of people.filter((one) => one.away)) await okta.deactivate(person);
  say(`done: ${okta.http.exchanges.length} SCIM requests`);
}

function account(person) {
  return {
    sub: person.id,
    email: person.login,
    email_verified: true,
    name: `${person.givenName} ${person.familyName}`,
    given_name: person.givenName,
    family_name: person.familyName,
    preferred_username: person.login,
    groups: groups.filter((group) => group.members.includes(person)).map((group) => group.name),
  };
}

async function stop(code, why) {
  if (stopping) return;
  stopping = true;
  if (why) console.error(why);
  await Promise.all([muster.stop(), provider.close()]);
  process.exit(code);
}
