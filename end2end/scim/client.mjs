// What both simulated clients share: one HTTP call with a base URL and a token, and a record of everything said.

/** An answer that the provider's own client would report to its administrator as a failure. */
export class ScimFailure extends Error {
  constructor(exchange) {
    super(`${exchange.method} ${exchange.url} answered ${exchange.status}: ${exchange.text}`);
    Object.assign(this, exchange);
  }
}

export class ScimClient {
  /** @param {{ baseUrl: string, token: string, headers: Record<string, string> }} options */
  constructor({ baseUrl, token, headers }) {
    const [base, query = ''] = baseUrl.split('?');
    this.base = base.replace(/\/$/, '');
    // Entra lets an administrator put flags behind the base URL; they come back with every request.
    this.query = query;
    this.headers = { ...headers, authorization: `Bearer ${token}` };
    /** Every exchange so far: { method, url, body, status, type, location, text, json }. */
    this.exchanges = [];
  }

  get(path, query = {}) {
    return this.call('GET', path, { query });
  }

  /** One request; `expect` lists the statuses that this client takes for success. */
  async call(method, path, { query, body, expect = [200, 201, 204] } = {}) {
    const exchange = await this.send(method, path, { query, body });
    if (!expect.includes(exchange.status)) throw new ScimFailure(exchange);
    return exchange.json;
  }

  /** One request, whatever comes of it. */
  async send(method, path, { query = {}, body } = {}) {
    const parameters = [this.query, ...Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)];
    const search = parameters.filter(Boolean).join('&');
    const url = this.base + path + (search && `?${search}`);
    const response = await fetch(url, {
      method,
      headers: body === undefined ? without(this.headers, 'content-type') : this.headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const [type, location] = ['content-type', 'location'].map((name) => response.headers.get(name));
    const exchange = { method, url, body, status: response.status, type, location, text, json: parse(text) };
    this.exchanges.push(exchange);
    return exchange;
  }
}

function without(headers, name) {
  const { [name]: _, ...rest } = headers;
  return rest;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A filter's string literal: JSON's escapes are SCIM's. */
export const literal = (text) => JSON.stringify(String(text));
