// Microsoft Entra's provisioning client, as seen from a SCIM server: the same bodies and order of requests.
//
// Its dialect depends on a flag behind the base URL. Without `?aadOptscim062020` the operations are capitalised, booleans
// are strings, and every attribute has an operation of its own; with it they look like the RFC's, and simple attributes
// share one operation whose keys are paths.
import { ScimClient, literal } from './client.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * A person as Entra knows them.
 * @typedef {{ objectId: string, userPrincipalName: string, givenName: string, surname: string, displayName?: string,
 *   mail?: string, department?: string, jobTitle?: string }} EntraUser  `objectId` is externalId here, `oid` at sign-in.
 */

export class Entra {
  /** @param {{ baseUrl: string, token: string, optscim?: boolean }} options  optscim: base URL with `?aadOptscim062020` */
  constructor({ baseUrl, token, optscim = false }) {
    this.optscim = optscim;
    this.http = new ScimClient({
      baseUrl: optscim ? `${baseUrl}?aadOptscim062020` : baseUrl,
      token,
      headers: { accept: 'application/scim+json', 'content-type': 'application/scim+json; charset=utf-8' },
    });
    this.users = new Map();
    this.groups = new Map();
  }

  /** "Test Connection": looks for somebody who cannot exist; anything but an empty list is a failure. */
  async testConnection() {
    const list = await this.#lookUpAll('/Users', 'userName', crypto.randomUUID());
    if (list.totalResults !== 0) throw new Error('Test Connection: a random name was found');
    await this.http.get('/Groups', { excludedAttributes: 'members', filter: `displayName eq ${literal(crypto.randomUUID())}` });
  }

  /** A user comes into scope: matched by userName, then patched or created. */
  async provision(user) {
    const found = (await this.#lookUpAll('/Users', 'userName', user.userPrincipalName)).Resources?.[0];
    if (found) {
      this.users.set(user.objectId, found.id);
      await this.update(user, { ...simple(user), active: true });
      return found;
    }
    const created = await this.http.call('POST', '/Users', { body: userBody(user) });
    this.users.set(user.objectId, created.id);
    return created;
  }

  /**
   * Changed attributes by path, for example { displayName: 'B', 'name.givenName': 'K', 'emails[type eq "work"].value': … }.
   * Entra reads the user first, to compare.
   */
  async update(user, changes) {
    const path = `/Users/${this.#idOf(user)}`;
    await this.http.get(path);
    return this.#patch(path, this.#replacements(changes));
  }

  /** Disabled, unassigned, out of scope or soft-deleted: all the same to the receiver. */
  disable(user) {
    return this.update(user, { active: false });
  }

  enable(user) {
    return this.update(user, { active: true });
  }

  /** Thirty days after the soft deletion. */
  async remove(user) {
    await this.http.call('DELETE', `/Users/${this.#idOf(user)}`, { expect: [204, 404] });
    this.users.delete(user.objectId);
  }

  /** A reference, written in a second pass when both users exist. */
  setManager(user, manager) {
    const value = this.#idOf(manager);
    const op = this.optscim ? 'add' : 'Add';
    return this.#patch(`/Users/${this.#idOf(user)}`, [{ op, path: `${ENTERPRISE}:manager`, value: this.optscim ? { value } : value }]);
  }

  /** A group comes into scope: without members, which follow by PATCH. */
  async provisionGroup({ objectId, displayName }) {
    const query = { excludedAttributes: 'members', filter: `displayName eq ${literal(displayName)}` };
    const found = (await this.http.get('/Groups', query)).Resources?.[0];
    const body = { schemas: [GROUP, ADSCIM], externalId: objectId, displayName, meta: { resourceType: 'Group' } };
    const group = found ?? (await this.http.call('POST', '/Groups', { body }));
    this.groups.set(objectId, group.id);
    return group;
  }

  async addMembers({ objectId }, users) {
    const id = this.groups.get(objectId);
    await this.http.get(`/Groups/${id}`, { excludedAttributes: 'members' });
    const op = this.optscim ? 'add' : 'Add';
    return this.#patch(`/Groups/${id}`, [{ op, path: 'members', value: users.map((user) => this.#reference(user)) }]);
  }

  async removeMembers({ objectId }, users) {
    const id = this.groups.get(objectId);
    await this.http.get(`/Groups/${id}`, { excludedAttributes: 'members' });
    const operations = this.optscim
      ? users.map((user) => ({ op: 'remove', path: `members[value eq ${literal(this.#idOf(user))}]` }))
      : [{ op: 'Remove', path: 'members', value: users.map((user) => this.#reference(user)) }];
    return this.#patch(`/Groups/${id}`, operations);
  }

  renameGroup({ objectId }, displayName) {
    return this.#patch(`/Groups/${this.groups.get(objectId)}`, this.#replacements({ displayName }));
  }

  async removeGroup({ objectId }) {
    await this.http.call('DELETE', `/Groups/${this.groups.get(objectId)}`, { expect: [204, 404] });
    this.groups.delete(objectId);
  }

  #replacements(changes) {
    const entries = Object.entries(changes);
    if (!this.optscim) {
      const text = (value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : value);
      return entries.map(([path, value]) => ({ op: 'Replace', path, value: text(value) }));
    }
    const [filtered, plain] = [true, false].map((is) => entries.filter(([path]) => path.includes('[') === is));
    return [
      ...filtered.map(([path, value]) => ({ op: 'replace', path, value })),
      ...(plain.length ? [{ op: 'replace', value: Object.fromEntries(plain) }] : []),
    ];
  }

  #patch(path, operations) {
    return this.http.call('PATCH', path, { body: { schemas: [PATCH], Operations: operations } });
  }

  #lookUpAll(path, attribute, value) {
    return this.http.get(path, { filter: `${attribute} eq ${literal(value)}` });
  }

  #reference(user) {
    return this.optscim ? { value: this.#idOf(user) } : { $ref: null, value: this.#idOf(user) };
  }

  #idOf(user) {
    const id = this.users.get(user.objectId);
    if (!id) throw new Error(`${user.userPrincipalName} has not been provisioned`);
    return id;
  }
}

const displayNameOf = (user) => user.displayName ?? `${user.givenName} ${user.surname}`;

function userBody(user) {
  return {
    schemas: [USER, ENTERPRISE],
    externalId: user.objectId,
    userName: user.userPrincipalName,
    active: true,
    displayName: displayNameOf(user),
    emails: [{ primary: true, type: 'work', value: user.mail ?? user.userPrincipalName }],
    meta: { resourceType: 'User' },
    name: { formatted: displayNameOf(user), familyName: user.surname, givenName: user.givenName },
    roles: [],
    title: user.jobTitle ?? null,
    [ENTERPRISE]: { department: user.department ?? null },
  };
}

/** What Entra compares, and patches when it takes over somebody it found. */
function simple(user) {
  return {
    displayName: displayNameOf(user),
    'name.givenName': user.givenName,
    'name.familyName': user.surname,
    'emails[type eq "work"].value': user.mail ?? user.userPrincipalName,
  };
}
