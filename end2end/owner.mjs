// An owner whose browser sends forms and shows nothing: for what has to be there before somebody looks.
import assert from 'node:assert/strict';
import { totp } from './totp.mjs';

export class Owner {
  #cookies = new Map();

  /** Signs in for the first time: with the password, and an authenticator app that is set up. */
  static async signIn({ url }, { organization, password }, email) {
    const owner = new Owner(url, `/o/${organization}`);
    const entrance = `${url}/sign-in/${organization}`;
    await owner.#send(entrance, { email, password });
    const page = await owner.#send(`${entrance}/authenticator`);
    const [secret] = page.match(/\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b/) ?? [];
    assert.ok(secret, `no secret for an app is shown:\n${page}`);
    await owner.#send(`${entrance}/authenticator`, { code: totp(secret.replaceAll(' ', '')) });
    return owner;
  }

  constructor(url, base) {
    Object.assign(this, { origin: url, base: url + base });
  }

  /** A local person, who has not chosen a password yet. */
  async invite(name, email, level = 'member') {
    const page = await this.#send(`${this.base}/users/invite`, { name, email, level });
    assert.ok(page.includes(`${name} is invited`), `${name} was not invited:\n${page}`);
  }

  /** A form's answer, or a page; a redirect is its empty body. */
  async #send(address, form) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, origin: this.origin };
    const body = form && new URLSearchParams(form);
    const answer = await fetch(address, { method: form ? 'POST' : 'GET', headers, body, redirect: 'manual' });
    for (const kept of answer.headers.getSetCookie()) {
      const [, name, value] = kept.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    assert.ok(answer.status < 400, `${address}: ${answer.status}\n${text}`);
    return text;
  }
}
