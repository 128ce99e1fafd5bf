// Muster and an OpenID provider made known to each other: a connection there needs a client here, and the other way round.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const newClient = () => ({ client_id: `muster-${randomUUID().slice(0, 8)}`, client_secret: randomUUID() });

const withAddresses = (client, { signIn, signOut }) => ({ ...client, redirect_uris: [signIn], post_logout_redirect_uris: [signOut] });

/** What an administrator does in the provider's console: a client with the two addresses that Muster shows. */
export function register(provider, addresses, client = newClient()) {
  provider.addClient(withAddresses(client, addresses));
  return client;
}

/** `muster connection add` with sign-in on; `options` are its flags beyond those of the client. */
export async function connect(muster, provider, kind, options) {
  const client = newClient();
  const file = path.join(muster.data, 'client-secret');
  writeFileSync(file, client.client_secret, { mode: 0o600 });
  const made = await muster.addConnection(kind, { 'client-id': client.client_id, 'client-secret-file': file, ...options });
  if (made.sign_in !== 'on') throw new Error(`the sign-in half could not be connected: ${made.problem}`);
  const addresses = { signIn: made.redirect_uri, signOut: `${muster.url}/sign-in/${options.organization}` };
  await provider.addClient(withAddresses(client, addresses));
  return made;
}
