#!/usr/bin/env node
// Okta's own gate before an app may enter its catalogue: the file "Okta SCIM 2.0 SPEC Test", which Okta gives to everybody for
// a service that runs such files (Runscope, now BlazeMeter). It is tests/fixtures/okta/spec.json, unchanged; this plays it.
//
// It wants to find one active user with names and an e-mail address: that one is made beforehand.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { root } from '../muster.mjs';
import { Okta } from './okta.mjs';
import { Suite, alone, neighbours, withMuster } from './suite.mjs';

const file = path.join(root, 'tests/fixtures/okta/spec.json');

export function spec() {
  return withMuster(async (connect) => {
    const { baseUrl, token } = await connect('SPEC', 'okta');
    const before = { id: '00uspec', login: 'ada@acme.example', givenName: 'Ada', familyName: 'Lovelace' };
    await new Okta({ baseUrl, token }).assign(before);

    const { steps } = JSON.parse(readFileSync(file, 'utf8'));
    const suite = new Suite('Okta SPEC', 52);
    const variables = { SCIMBaseURL: baseUrl, auth: `Bearer ${token}`, ...invented() };
    let requests = 0;
    for (const step of steps) {
      // The pauses between requests are for a server far away, on which a write may take a moment to be seen.
      if (step.skipped || step.step_type === 'pause') continue;
      if (step.step_type === 'request') requests += await play(step, variables, suite);
      else suite.fail(`a step of a kind that is not known here: ${step.step_type}`);
    }
    if (requests !== 12) suite.fail(`${requests} requests of 12`);
    return [suite];
  }, { neighbours });
}

/** What Okta's instructions have one enter, or make by a script before the first step. */
function invented() {
  const name = `spec-${randomUUID().slice(0, 8)}`;
  return {
    InvalidUserEmail: 'nobody@acme.example',
    UserIdThatDoesNotExist: '010101001010101011001010101011',
    randomEmail: `${name}@acme.example`,
    randomUsername: `${name}@acme.example`,
    randomUsernameCaps: `${name}@acme.example`.toUpperCase(),
    randomGivenName: 'Grace',
    randomFamilyName: 'Hopper',
  };
}

/** One request with all that is asserted of it; gives 1, for counting. */
async function play(step, variables, suite) {
  run(step.before_scripts, { variables }, suite, step.note);
  const headers = Object.entries(step.headers).map(([name, values]) => [name, fill(values.join(', '), variables)]);
  const body = step.body ? fill(step.body, variables) : undefined;
  const begun = performance.now();
  const response = await fetch(fill(step.url, variables), { method: step.method, headers, body });
  const text = await response.text();
  const answer = { status: response.status, time: performance.now() - begun, headers: response.headers, text };

  const note = step.note.trim();
  for (const assertion of step.assertions) {
    const { source: from, property, comparison, value } = assertion;
    const title = [note, from, property, comparison, value].filter(Boolean).join(' · ');
    await suite.check(title, () => compare(comparison, source(assertion, answer), fill(value, variables)));
  }
  for (const variable of step.variables) variables[variable.name] = source(variable, answer);
  const heard = { status: answer.status, body: text, headers: Object.fromEntries(response.headers) };
  run(step.scripts, { variables, response: heard }, suite, step.note);
  return 1;
}

/** `{{name}}` stands for a variable; one that nobody set would make nonsense of the step. */
function fill(text, variables) {
  if (typeof text !== 'string') return text;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    assert.ok(name in variables, `the variable ${name} is not set`);
    return variables[name];
  });
}

function source({ source: kind, property }, answer) {
  switch (kind) {
    case 'response_status':
      return answer.status;
    case 'response_time':
      return answer.time;
    case 'response_headers':
      return answer.headers.get(property);
    case 'response_text':
      return answer.text;
    case 'response_json':
      return (property ?? '').split(/[.[\]]+/).filter(Boolean).reduce((value, key) => value?.[key], JSON.parse(answer.text));
    default:
      throw new Error(`a source that is not known here: ${kind}`);
  }
}

/** Values are compared as text, as that service does: `true` in the answer equals "true" in the file. */
function compare(comparison, found, wanted) {
  const [a, b] = [String(found), String(wanted)];
  const number = (value) => (assert.ok(isNumber(value), `${show(value)} is no number`), Number(value));
  const holds = {
    equal: () => a === b,
    equal_number: () => number(found) === number(wanted),
    not_empty: () => ![undefined, null, ''].includes(found) && (typeof found !== 'object' || Object.keys(found).length > 0),
    // Okta's client takes no number in quotes.
    is_a_number: () => typeof found === 'number',
    is_less_than: () => number(found) < number(wanted),
    has_value: () => (Array.isArray(found) ? found : Object.values(found ?? {})).some((value) => String(value) === b),
    contains: () => (Array.isArray(found) ? found.map(String).includes(b) : a.includes(b)),
  }[comparison];
  if (!holds) throw new Error(`a comparison that is not known here: ${comparison}`);
  assert.ok(holds(), `got ${show(found)}`);
}

const isNumber = (value) => value !== null && value !== '' && typeof value !== 'boolean' && Number.isFinite(Number(value));
const show = (value) => JSON.stringify(value)?.slice(0, 200) ?? String(value);

/** A script's assertions are not among those that are counted, but it must not fail. */
function run(scripts, { variables, response }, suite, note) {
  const store = { get: (name) => variables[name], set: (name, value) => (variables[name] = value) };
  for (const script of scripts.filter(Boolean)) {
    try {
      vm.runInNewContext(script, { response, variables: store, assert, log: () => {} }, { timeout: 1000 });
    } catch (error) {
      suite.fail(`${note.trim()}: the script failed: ${error.message}`);
    }
  }
}

await alone(import.meta, spec);
