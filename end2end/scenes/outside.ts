// What people see who are no admins: strangers, the very first person, members.
import { expect } from '../fixtures';
import { goTo, password, secondStep, setUp, signInThrough, typePassword } from '../support';
import { member, named, okta, stranger } from './company';
import { problem, signInPage, submit, type Visit } from './visit';

/** What `muster login` asks for. */
const terminal = new URLSearchParams({
  response_type: 'code',
  client_id: 'muster-cli',
  redirect_uri: 'http://127.0.0.1:10000/callback',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  state: 'a-state',
  device: 'obi-laptop',
});

export const visitsOfOthers: Visit[] = [
  {
    who: 'a stranger',
    arrive: signInPage,
    scenes: [
      ['sign-in', signInPage],
      [
        'sign-in-refused',
        async (page) => {
          await typePassword(page, 'owner@halden.example', 'not the password');
          await expect(page.getByRole('note')).toBeVisible();
        },
      ],
      [
        'sign-in-code',
        async (page, company) => {
          await signInPage(page, company);
          await typePassword(page, company.owner.email, company.owner.password);
          await expect(page.getByRole('heading', { name: 'Enter a code' })).toBeVisible();
        },
      ],
      [
        'sign-in-code-refused',
        async (page) => {
          await page.getByLabel('Code', { exact: true }).fill('AAAA-BBBB-CCCC-DDDD');
          await submit(page, 'Sign in');
          await problem(page);
        },
      ],
      ['link-over', (page, { muster }) => page.goto(`${muster.url}/link?secret=used`)],
      [
        'refusal',
        async (page, company) => {
          await signInPage(page, company);
          await signInThrough(page, okta, stranger.sub);
          await expect(page.getByText('Expected externalId')).toBeVisible();
        },
      ],
      ['not-found', (page, { muster }) => page.goto(`${muster.url}/nowhere`)],
    ],
  },
  {
    who: 'the first person',
    arrive: (page, { empty }) => page.goto(empty.url),
    scenes: [
      ['set-up', (page, { empty }) => page.goto(empty.url)],
      [
        'set-up-problems',
        async (page) => {
          await page.getByLabel('Set-up code').fill('AAAA-BBBB-CCCC');
          await page.getByLabel('Organization').fill('Acme');
          await page.getByLabel('Your e-mail address').fill('ada@acme');
          await page.getByLabel('Password', { exact: true }).fill('password');
          await submit(page, 'Set up');
          await problem(page);
        },
      ],
      ['set-up-codes', async (page, { empty }) => setUp(page, empty.url, await empty.setUpCode(), 'Acme', 'ada@acme.example')],
      [
        'authenticator',
        async (page) => {
          await page.getByRole('link', { name: /sign in/ }).click();
          await typePassword(page, 'ada@acme.example', password);
          await expect(page.getByRole('heading', { name: 'Set up an authenticator app' })).toBeVisible();
        },
      ],
      [
        'empty-overview',
        async (page) => {
          await secondStep(page, 'ada@acme.example');
          await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
        },
      ],
      ['empty-groups', (page) => goTo(page, 'Groups')],
      ['empty-roles', (page) => goTo(page, 'Roles')],
      ['empty-connections', (page) => goTo(page, 'Connections')],
      ['empty-service-accounts', (page, { empty }) => page.goto(`${empty.url}/o/acme/service-accounts`)],
    ],
  },
  {
    who: 'a member',
    arrive: async (page, company) => {
      await signInPage(page, company);
      await signInThrough(page, okta, named(member).login);
    },
    scenes: [
      ['me', (page, { muster }) => page.goto(`${muster.url}/me`)],
      ['terminal', (page, { muster }) => page.goto(`${muster.url}/cli/authorize?${terminal}`)],
      ['terminal-refused', (page, { muster }) => page.goto(`${muster.url}/cli/authorize`)],
    ],
  },
];
