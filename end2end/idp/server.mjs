#!/usr/bin/env node
// The provider as a program: node idp/server.mjs --port 4000 --flavor okta --accounts accounts.json
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startProvider } from './provider.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    flavor: { type: 'string', default: 'generic' },
    tenant: { type: 'string' },
    accounts: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  console.log(`Usage: node idp/server.mjs [--port 4000] [--flavor generic|okta|entra] [--tenant ID] [--accounts FILE.json]

Accounts: a JSON list of { sub, email, email_verified, name, preferred_username, groups, oid, tid }.
Clients:  POST /_admin/clients { client_id, client_secret, redirect_uris }, whenever Muster has made the connection.
Faults:   {origin}/faults/{not-json,issuer-mismatch,weak-algorithms,no-endpoints,unavailable} are issuers that fail.`);
  process.exit(0);
}

const accounts = JSON.parse(readFileSync(values.accounts ?? new URL('accounts.json', import.meta.url)));
const provider = await startProvider({ ...values, port: Number(values.port), accounts });
console.log(`OpenID provider on ${provider.origin}`);
console.log(`Issuer: ${provider.issuer}`);
console.log(`Accounts: ${accounts.map((account) => account.preferred_username).join(', ')}`);
