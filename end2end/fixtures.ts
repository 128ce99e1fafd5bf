// What a journey starts with: a server of its own with an empty database, and a provider of its own that it can sign in with.
import { test as base, expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { startProvider } from './idp/provider.mjs';
import { Muster } from './muster.mjs';

type Provider = Awaited<ReturnType<typeof startProvider>>;
export type Account = { sub: string; email: string; name: string; preferred_username: string; [claim: string]: unknown };

export const accounts: Account[] = JSON.parse(readFileSync(new URL('./idp/accounts.json', import.meta.url), 'utf8'));

export const test = base.extend<{ muster: Muster; idp: Provider }>({
  /** `muster serve` on a free port, with an empty SQLite database. */
  muster: async ({}, use, info) => {
    const muster = await (await Muster.prepare()).serve();
    await use(muster);
    await muster.stop();
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: muster.output, contentType: 'text/plain' });
  },

  /** A real OpenID provider with the people of idp/accounts.json; clients are added when their redirect URI is known. */
  idp: async ({}, use) => {
    const provider = await startProvider({ flavor: 'okta', accounts });
    await use(provider);
    await provider.close();
  },
});

export { expect };
