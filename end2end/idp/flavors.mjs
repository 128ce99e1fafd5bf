// What differs between the providers that this one stands in for: where the issuer is, which claims a token carries, and
// what the metadata says. Add a flavor here, and `server.mjs --flavor NAME` serves it.

/** The metadata that every flavor starts from is oidc-provider's own; each takes away what the real one does not say. */
function without(document, ...keys) {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));
}

export const flavors = {
  /** Any OpenID provider: the issuer is the address itself. */
  generic: {
    prefix: () => '',
    claims: (account) => account,
    scopes: { profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'], groups: ['groups'] },
    metadata: (document) => document,
  },

  /** Okta's org authorization server: issuer at the root, `sub` is the Okta user id (SCIM's externalId). */
  okta: {
    prefix: () => '',
    claims: (account) => account,
    scopes: { profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'], groups: ['groups'] },
    metadata: (document) =>
      without(document, 'authorization_response_iss_parameter_supported', 'pushed_authorization_request_endpoint'),
  },

  /**
   * Entra: the issuer ends in `/{tenant}/v2.0`, `sub` is different for every application, `oid` and `tid` say who it is,
   * there is no `email_verified`, and the metadata does not mention PKCE (which works all the same).
   */
  entra: {
    prefix: (tenant) => `/${tenant}/v2.0`,
    claims: (account, tenant) => {
      const claims = { ...account, oid: account.oid ?? account.sub, tid: account.tid ?? tenant, ver: '2.0' };
      delete claims.email_verified;
      return claims;
    },
    scopes: { openid: ['sub', 'tid', 'ver', 'groups'], profile: ['name', 'preferred_username', 'oid'] },
    metadata: (document) => ({
      ...without(
        document,
        'authorization_response_iss_parameter_supported',
        'code_challenge_methods_supported',
        'pushed_authorization_request_endpoint',
      ),
      tenant_region_scope: 'EU',
      cloud_instance_name: 'microsoftonline.com',
    }),
  },
};

/** Entra's metadata for any tenant: the issuer is a template, to be filled in with the token's `tid`. */
export function multiTenantMetadata(origin, tenant, document) {
  return { ...document, issuer: `${origin}/{tenantid}/v2.0`, jwks_uri: document.jwks_uri.replace(tenant, 'common') };
}

/** Issuers whose discovery fails, one for each message of Muster's: use `{origin}/faults/{name}` as the issuer. */
export const faults = {
  'not-json': () => ({ type: 'text/html', body: '<!doctype html><title>Welcome</title><h1>Welcome</h1>' }),
  'issuer-mismatch': (issuer, document) => json({ ...document, issuer: 'https://somebody-else.example' }),
  'weak-algorithms': (issuer, document) =>
    json({ ...document, issuer, id_token_signing_alg_values_supported: ['HS256', 'none'] }),
  'no-endpoints': (issuer) => json({ issuer }),
  unavailable: () => ({ status: 503, type: 'text/plain', body: 'Service Unavailable' }),
};

function json(body) {
  return { type: 'application/json', body: JSON.stringify(body) };
}
