// A real OpenID provider for tests and the demo: npm's oidc-provider behind a small HTTP server on a loopback address.
// What it guards is nothing (any known account signs in by name); what it speaks is the real protocol: authorization code,
// PKCE required, signed tokens, nonce, logout.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { faults, flavors, multiTenantMetadata } from './flavors.mjs';
import { errorPage, loginPage, logoutPage } from './pages.mjs';

const wellKnown = '/.well-known/openid-configuration';

/**
 * Starts a provider.
 * @param {{ port?: number, flavor?: 'generic' | 'okta' | 'entra', tenant?: string, accounts?: object[] }} options
 *   port 0 (the default) takes a free one. An account: { sub, email, email_verified, name, preferred_username, groups, oid, tid }.
 */
export async function startProvider({ port = 0, flavor = 'generic', tenant = randomUUID(), accounts = [] } = {}) {
  const shape = flavors[flavor];
  if (!shape) throw new Error(`unknown flavor ${flavor}: ${Object.keys(flavors).join(', ')}`);

  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const prefix = shape.prefix(tenant);
  const issuer = origin + prefix;

  const people = new Map(accounts.map((account) => [account.sub, account]));
  const clients = new Map();
  const provider = makeProvider({ issuer, shape, tenant, people, clients });
  const answer = provider.callback();

  server.on('request', (request, response) => {
    route(request, response).catch((error) => send(response, { status: 500, type: 'text/plain', body: String(error.stack) }));
  });

  async function route(request, response) {
    const { pathname } = new URL(request.url, origin);
    const fault = pathname.match(/^\/faults\/([a-z-]+)(\/.*)$/);
    if (pathname.startsWith('/_admin/')) return admin(request, response, pathname);
    if (pathname.startsWith('/interaction/')) return interaction(request, response, pathname.split('/')[2]);
    if (fault?.[2] === wellKnown && faults[fault[1]]) {
      return send(response, faults[fault[1]](`${origin}/faults/${fault[1]}`, await metadata()));
    }
    if (flavor === 'entra' && /^\/(common|organizations)\/v2\.0\//.test(pathname)) {
      if (pathname.endsWith(wellKnown)) return sendJson(response, multiTenantMetadata(origin, tenant, await metadata()));
      request.url = request.url.replace(/^\/(common|organizations)\/v2\.0/, prefix);
    }
    if (pathname === prefix + wellKnown && !request.headers['x-plain']) return sendJson(response, await metadata());
    if (!request.url.startsWith(prefix)) return send(response, { status: 404, type: 'text/plain', body: 'Not found' });
    // oidc-provider finds out where it is mounted by comparing these two.
    request.originalUrl = request.url;
    request.url = request.url.slice(prefix.length) || '/';
    answer(request, response);
  }

  /** oidc-provider's metadata, as this flavor shows it. */
  async function metadata() {
    const plain = await fetch(issuer + wellKnown, { headers: { 'x-plain': '1' } });
    return shape.metadata(await plain.json());
  }

  // The redirect URI holds the id of a connection, so a client can be made only once Muster has made that.
  async function admin(request, response, pathname) {
    if (request.method !== 'POST') return send(response, { status: 405, type: 'text/plain', body: 'POST only' });
    const body = JSON.parse(await read(request));
    if (pathname === '/_admin/clients') addClient(body);
    else if (pathname === '/_admin/accounts') [].concat(body).forEach(addAccount);
    else return send(response, { status: 404, type: 'text/plain', body: 'Not found' });
    sendJson(response, { ok: true });
  }

  async function interaction(request, response, uid) {
    const { params, prompt } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') return send(response, { type: 'text/html', body: loginPage({ uid, client: params.client_id }) });
    const form = new URLSearchParams(await read(request));
    if (form.has('deny')) {
      const refusal = { error: 'access_denied', error_description: `the person cancelled (${prompt.name})` };
      return provider.interactionFinished(request, response, refusal);
    }
    const username = form.get('username') ?? '';
    const account = findByName(people, username);
    if (!account) {
      const problem = `No account is called ${username}.`;
      return send(response, { status: 422, type: 'text/html', body: loginPage({ uid, client: params.client_id, problem, username }) });
    }
    await provider.interactionFinished(request, response, { login: { accountId: account.sub } });
  }

  function addClient({ client_id, client_secret, redirect_uris, ...rest }) {
    clients.set(client_id, { client_id, client_secret, redirect_uris, ...rest });
  }

  function addAccount(account) {
    people.set(account.sub, account);
  }

  return {
    origin,
    issuer,
    tenant,
    metadataUrl: issuer + wellKnown,
    addClient,
    addAccount,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** People type whatever they think their name is. */
function findByName(people, typed) {
  const wanted = typed.trim().toLowerCase();
  const names = (account) => [account.sub, account.oid, account.preferred_username, account.email];
  return [...people.values()].find((account) => names(account).some((name) => name?.toLowerCase() === wanted));
}

function makeProvider({ issuer, shape, tenant, people, clients }) {
  // Everything is kept in memory; clients are ours, so that they can be added while the provider runs.
  class Adapter extends MemoryAdapter {
    constructor(model) {
      super(model);
      this.kind = model;
    }
    async find(id) {
      return this.kind === 'Client' ? clients.get(id) : super.find(id);
    }
  }

  return quietly(
    () =>
      new Provider(issuer, {
        adapter: Adapter,
        jwks: { keys: signingKeys() },
        cookies: { keys: [randomUUID()] },
        pkce: { required: () => true },
        scopes: ['openid', 'offline_access', 'email', ...Object.keys(shape.scopes)],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], ...shape.scopes },
        // Okta and Entra put the profile into the ID token; by the letter it would be at the userinfo endpoint only.
        conformIdTokenClaims: false,
        findAccount: (_, sub) => {
          const account = people.get(sub);
          return account && { accountId: sub, claims: () => shape.claims(account, tenant) };
        },
        features: {
          devInteractions: { enabled: false },
          rpInitiatedLogout: {
            logoutSource: (context, form) => {
              context.type = 'html';
              context.body = logoutPage(form);
            },
          },
        },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        // Nobody is asked for consent: an organization's administrator has given it for everybody.
        loadExistingGrant: async ({ oidc }) => {
          const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
          grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
          await grant.save();
          return grant;
        },
        renderError: (context, error) => {
          context.type = 'html';
          context.body = errorPage(error);
        },
        ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86400, IdToken: 3600, Interaction: 3600, Session: 86400 },
      }),
  );
}

function signingKeys() {
  const key = (kind, options, alg) => ({
    ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use: 'sig',
    alg,
  });
  return [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')];
}

/** oidc-provider warns that memory is no database and that Node 20 is old; both are known here. */
function quietly(make) {
  const { warn, info } = console;
  console.warn = console.info = () => {};
  try {
    return make();
  } finally {
    Object.assign(console, { warn, info });
  }
}

async function read(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function send(response, { status = 200, type, body }) {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body);
}

function sendJson(response, body) {
  send(response, { type: 'application/json', body: JSON.stringify(body) });
}
