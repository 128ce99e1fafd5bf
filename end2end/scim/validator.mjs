#!/usr/bin/env node
// Microsoft's two gates, as data: the tests of the hosted Validator (scimvalidator.microsoft.com) and those of the Logic App
// that an app must pass before it may enter Entra's gallery. tests/fixtures/entra/validator/*.json has them under their names,
// with the odd values that they send; both look at what a server answers and then at what it kept.
//
// A file: suite, part, bodies, tests. A test: name, steps (or `skip`, saying why). A step:
//   method, path, status   the request, and the status or statuses to expect
//   body                   `$like` takes a body from the file's bodies; the rest replaces parts of it
//   repeat                 so many times, with {{i}} from 1
//   save                   names for parts of the answer, by JSON pointer, used as {{name}}
//   expect                 parts of the answer, by JSON pointer or SCIM path; null for absent ones
//   holds                  the answer holds all that the last write said, as both gates check it
//   discovers              attributes that /Schemas must tell of, by schema
// {{unique}} (also {{UNIQUE}}) and {{guid}} are made anew for every test.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../muster.mjs';
import { ScimClient } from './client.mjs';
import { Suite, alone, withMuster } from './suite.mjs';

const folder = path.join(root, 'tests/fixtures/entra/validator');

export function validator() {
  return withMuster(async (connect) => {
    const suites = { Validator: new Suite('Validator', 34), Gallery: new Suite('Gallery', 23) };
    for (const file of readdirSync(folder).sort()) {
      const { suite: name, bodies, tests } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      const headers = { accept: 'application/scim+json', 'content-type': 'application/scim+json; charset=utf-8' };
      const http = new ScimClient({ ...(await connect(path.parse(file).name, 'entra')), headers });
      for (const test of tests) {
        if (test.skip) suites[name].note(`not run: ${test.name}: ${test.skip}`);
        else await suites[name].check(test.name, () => play(test.steps, bodies, http));
      }
    }
    return Object.values(suites);
  });
}

async function play(steps, bodies, http) {
  const unique = randomUUID().replace(/-/g, '').slice(0, 12);
  const names = { unique, UNIQUE: unique.toUpperCase(), guid: randomUUID() };
  let said = new Map();
  for (const [n, raw] of steps.entries()) {
    for (let i = 1; i <= (raw.repeat ?? 1); i++) {
      const step = fill(like(raw, bodies), { ...names, i });
      try {
        const answer = await http.send(step.method, encode(step.path), { body: step.body });
        if (step.body) said = new Map([...(step.method === 'PATCH' ? patched(step.body) : Object.entries(step.body))]);
        examine(step, answer, said);
        for (const [name, pointer] of Object.entries(step.save ?? {})) {
          names[name] = at(answer.json, pointer);
          assert.equal(typeof names[name], 'string', `no ${pointer} to save`);
        }
      } catch (error) {
        throw new Error(`step ${n + 1}: ${step.method} ${step.path}: ${error.message}`);
      }
    }
  }
}

function examine({ status, expect = {}, holds, discovers }, answer, said) {
  const got = () => `; got ${answer.text.slice(0, 2000)}`;
  assert.ok([status].flat().includes(answer.status), `wanted ${status}, got ${answer.status} ${answer.text}`);
  // The Validator gives up on any other type.
  if (answer.text) assert.equal(answer.type, 'application/scim+json', 'the type of the answer');
  if (answer.status === 201) assert.equal(answer.location, answer.json.meta.location, 'Location');
  for (const [where, wanted] of Object.entries(expect)) {
    assert.deepEqual(at(answer.json, where) ?? null, wanted, `${where}: wanted ${JSON.stringify(wanted)}${got()}`);
  }
  if (holds && answer.json) {
    assert.ok(said.size > 0, 'nothing was said that could be held');
    const resource = answer.json.Resources ? answer.json.Resources[0] : answer.json;
    for (const [where, wanted] of said) {
      if (where !== 'meta') assert.ok(covers(at(resource, where), wanted), `${where}: wanted ${JSON.stringify(wanted)}${got()}`);
    }
  }
  for (const [schema, attributes] of Object.entries(discovers ?? {})) discover(answer.json.Resources, schema, attributes);
  if (discovers) assert.ok(!/:\s*null/.test(answer.text), 'a null in /Schemas');
}

/** What a PATCH says, by path: the keys of an operation without a path are paths, too. */
function* patched({ Operations }) {
  for (const { op, path: where, value } of Operations) {
    if (op.toLowerCase() === 'remove') continue;
    if (where) yield [where, value];
    else yield* Object.entries(value);
  }
}

/** True if an answer holds what was sent: nothing and an empty text are the same, a boolean may have been sent as text. */
function covers(found, sent) {
  if (sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0)) return found === undefined;
  if (typeof found === 'boolean') return String(found) === String(sent).toLowerCase();
  if (typeof sent !== 'object') return found === sent;
  if (typeof found !== 'object') return false;
  return Object.entries(sent).every(([key, value]) => covers(found[key], value));
}

/** A part of a document, by JSON pointer, or by a path as PATCH has them: `urn:…:User:manager`, `emails[type eq "work"].value`. */
function at(document, where) {
  if (where.startsWith('/')) return where.slice(1).split('/').reduce((value, key) => value?.[key], document);
  const [, schema, rest] = where.match(/^(?:(urn:.+):)?([^:]+)$/) ?? [];
  const [, attribute, key, literal, sub] = (rest ?? '').match(/^(\w+)(?:\[(\w+) eq "(.*)"\])?(?:\.(\w+))?$/) ?? [];
  // The key of a core schema is no URN, and a URN alone is the key of an extension.
  if (attribute === undefined || where in (document ?? {})) return document?.[where];
  let value = (schema ? document?.[schema] : document)?.[attribute];
  if (key) value = (value ?? []).find((one) => String(one[key]).toLowerCase() === literal.toLowerCase());
  return sub ? value?.[sub] : value;
}

/** The Logic App makes names of what /Schemas says, and misses those that Entra would map to. */
function discover(schemas, urn, wanted) {
  const schema = schemas.find(({ id }) => id === urn);
  assert.ok(schema, `no schema ${urn}`);
  const names = schema.attributes.flatMap(({ name, multiValued, subAttributes = [] }) => {
    const subs = subAttributes.map((sub) => sub.name);
    const types = subAttributes.find((sub) => sub.name === 'type')?.canonicalValues ?? [];
    const filters = types.length ? types.map((type) => `[type eq "${type}"]`) : ['[primary eq "True"]'];
    const parts = multiValued ? filters : [''];
    return [name, ...parts.flatMap((filter) => subs.map((sub) => `${name}${filter}.${sub}`))];
  });
  const missing = wanted.filter((name) => !names.some((one) => one.toLowerCase() === name.toLowerCase()));
  assert.deepEqual(missing, [], `${urn} does not tell of ${missing}`);
}

function like(step, bodies) {
  if (!step.body?.$like) return step;
  const { $like, ...body } = step.body;
  assert.ok(bodies[$like], `no body ${$like}`);
  return { ...step, body: { ...bodies[$like], ...body } };
}

/** {{i}} first: it may stand inside of another name. */
function fill(step, { i, ...names }) {
  const text = JSON.stringify(step).replaceAll('{{i}}', i);
  const filled = text.replace(/\{\{(\w+)\}\}/g, (whole, name) => names[name] ?? whole);
  return { ...JSON.parse(filled), save: JSON.parse(text).save };
}

/** Fixtures are written as people read them. */
const encode = (where) => where.replace(/[ "[\]]/g, encodeURIComponent);

await alone(import.meta, validator);
