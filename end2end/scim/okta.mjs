// Okta's provisioning client, as seen from a SCIM server: the same headers, bodies and order of requests.
//
// Two kinds of app behave differently. A custom app (made with the App Integration Wizard) changes everything by reading the
// resource and putting it back, and never sends PATCH; an app of Okta's catalogue (OIN) uses PATCH for `active` and for
// groups. Neither ever deletes a user.
import { ScimClient, literal } from './client.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * A person as Okta knows them.
 * @typedef {{ id: string, login: string, givenName: string, familyName: string, email?: string, displayName?: string,
 *   title?: string, department?: string }} OktaUser  `id` is Okta's user id: externalId here, `sub` at sign-in.
 */

export class Okta {
  /** @param {{ baseUrl: string, token: string, app?: 'custom' | 'catalogue' }} options */
  constructor({ baseUrl, token, app = 'custom' }) {
    this.app = app;
    this.http = new ScimClient({
      baseUrl,
      token,
      headers: {
        'user-agent': 'Okta SCIM Client 1.0.0',
        accept: 'application/scim+json',
        'accept-charset': 'utf-8',
        'content-type': 'application/scim+json; charset=utf-8',
      },
    });
    /** What Okta keeps for each assignment: Okta's id to the SCIM id, and the group's name to its SCIM id. */
    this.users = new Map();
    this.groups = new Map();
  }

  /** "Test Connector Configuration": this one request and nothing else. */
  testConnector() {
    return this.http.get('/Users', { startIndex: 1, count: 2 });
  }

  /** Assigns a person to the app: looks them up by userName, then creates them or takes them over. */
  async assign(user) {
    const found = await this.#lookUp('/Users', 'userName', user.login);
    const resource = found
      ? await this.#putUser(found.id, user, { active: true })
      : await this.http.call('POST', '/Users', { body: { ...userBody(user), password: placeholderPassword(), active: true } });
    this.users.set(user.id, resource.id);
    return resource;
  }

  /** A changed profile: both kinds of app read the resource and put it back. */
  update(user) {
    return this.#putUser(this.#idOf(user), user, {});
  }

  /** Unassigned, or deactivated in Okta. (Suspended in Okta sends nothing at all.) */
  deactivate(user) {
    return this.#setActive(user, false);
  }

  reactivate(user) {
    return this.#setActive(user, true);
  }

  /** Pushes a group by name, then its members. Okta pushes only members that are assigned to the app. */
  async pushGroup(displayName, members = []) {
    const found = await this.#lookUp('/Groups', 'displayName', displayName);
    const group = found ?? (await this.http.call('POST', '/Groups', { body: { schemas: [GROUP], displayName, members: [] } }));
    this.groups.set(displayName, group.id);
    await this.setMembers(displayName, members);
    return group;
  }

  /** The whole membership, as Okta sends it after a push or a "Push now". */
  async setMembers(displayName, members) {
    const id = this.groups.get(displayName);
    const value = members.map((user) => this.#member(user));
    if (this.app === 'catalogue') return this.#patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value }]);
    const group = await this.http.get(`/Groups/${id}`);
    return this.http.call('PUT', `/Groups/${id}`, { body: { ...group, schemas: [GROUP], displayName, members: value } });
  }

  /** One person joins or leaves. A catalogue app says just that (and repeats the name); a custom app sends everybody. */
  async changeMembers(displayName, { add = [], remove = [], everybody }) {
    if (this.app === 'custom') return this.setMembers(displayName, everybody);
    const id = this.groups.get(displayName);
    return this.#patch(`/Groups/${id}`, [
      { op: 'replace', value: { id, displayName } },
      ...remove.map((user) => ({ op: 'remove', path: `members[value eq ${literal(this.#idOf(user))}]` })),
      ...(add.length ? [{ op: 'add', path: 'members', value: add.map((user) => this.#member(user)) }] : []),
    ]);
  }

  async renameGroup(from, to) {
    const id = this.groups.get(from);
    this.groups.delete(from);
    this.groups.set(to, id);
    if (this.app === 'catalogue') return this.#patch(`/Groups/${id}`, [{ op: 'replace', value: { id, displayName: to } }]);
    const group = await this.http.get(`/Groups/${id}`);
    return this.http.call('PUT', `/Groups/${id}`, { body: { ...group, displayName: to } });
  }

  /** "Unlink pushed group" with "Delete the group in the target app"; the other choice sends nothing. */
  async unlinkGroup(displayName) {
    await this.http.call('DELETE', `/Groups/${this.groups.get(displayName)}`);
    this.groups.delete(displayName);
  }

  /** "Import now": every user, a hundred at a time. */
  async importUsers() {
    const users = [];
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += 100) {
      const page = await this.http.get('/Users', { startIndex, count: 100 });
      users.push(...(page.Resources ?? []));
      total = page.totalResults;
    }
    return users;
  }

  async #lookUp(path, attribute, value) {
    const list = await this.http.get(path, { filter: `${attribute} eq ${literal(value)}`, startIndex: 1, count: 100 });
    return list.Resources?.[0];
  }

  async #putUser(id, user, change) {
    const stored = await this.http.get(`/Users/${id}`);
    // Okta sends back everything it read, read-only attributes with it, and changes what it maps.
    return this.http.call('PUT', `/Users/${id}`, { body: { ...stored, ...userBody(user), ...change, id, groups: stored.groups ?? [] } });
  }

  async #setActive(user, active) {
    const path = `/Users/${this.#idOf(user)}`;
    if (this.app === 'catalogue') return this.#patch(path, [{ op: 'replace', value: { active } }]);
    const stored = await this.http.get(path);
    return this.http.call('PUT', path, { body: { ...stored, active } });
  }

  #patch(path, operations) {
    return this.http.call('PATCH', path, { body: { schemas: [PATCH], Operations: operations } });
  }

  #member(user) {
    return { value: this.#idOf(user), display: user.login };
  }

  #idOf(user) {
    const id = this.users.get(user.id);
    if (!id) throw new Error(`${user.login} is not assigned to the app`);
    return id;
  }
}

function userBody(user) {
  const displayName = user.displayName ?? `${user.givenName} ${user.familyName}`;
  return {
    schemas: [USER],
    userName: user.login,
    name: { givenName: user.givenName, familyName: user.familyName },
    emails: [{ primary: true, value: user.email ?? user.login, type: 'work' }],
    displayName,
    locale: 'en-US',
    externalId: user.id,
    ...(user.title && { title: user.title }),
    groups: [],
  };
}

/** Okta always sends a password when it creates; what it holds means nothing. */
const placeholderPassword = () => Math.random().toString(36).slice(2, 10);
