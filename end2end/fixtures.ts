// What a journey starts with: a server of its own with an empty database, and a provider of its own that it can sign in with.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { startProvider } from './idp/provider.mjs';
import { Muster } from './muster.mjs';

export type Provider = Awaited<ReturnType<typeof startProvider>>;
export type Account = {
  sub: string;
  oid: string;
  email: string;
  name: string;
  given_name: string;
  family_name: string;
  preferred_username: string;
};
type Fixtures = { flavor: 'generic' | 'okta' | 'entra'; muster: Muster; idp: Provider; freshPage: () => Promise<Page> };

export const accounts: Account[] = JSON.parse(readFileSync(new URL('./idp/accounts.json', import.meta.url), 'utf8'));

export const test = base.extend<Fixtures>({
  /** Whose manners the provider has. */
  flavor: ['okta', { option: true }],

  /** `muster serve` on a free port, with an empty SQLite database. */
  muster: async ({}, use, info) => {
    const muster = await (await Muster.prepare()).serve();
    await use(muster);
    await muster.stop();
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: muster.output, contentType: 'text/plain' });
  },

  /** A real OpenID provider with the people of idp/accounts.json; clients are added when their redirect URI is known. */
  idp: async ({ flavor }, use) => {
    const provider = await startProvider({ flavor, accounts });
    await use(provider);
    await provider.close();
  },

  /** Makes a page in a browser that nobody has used: somebody else's. */
  freshPage: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };
