// A company that does not exist, big enough for a dashboard to look like somebody's: 120 people, 14 groups. The same at
// every start, so that two people looking at the demo see the same thing.
import { createHash } from 'node:crypto';

export const organization = 'Halden Instruments';
export const domain = 'halden.example';

// Department, then its people; who comes first leads it.
const departments = {
  Leadership: 'Ingrid Halden, Tunde Adeyemi, Mei-Ling Chow, Rafael Quintero',
  Engineering: `Priya Raghunathan, Lukas Brandstätter, Aiko Fujimoto, Samuel Okonkwo, Zofia Wiśniewska, Mateo Figueroa, Hana Kovářová,
    Dmitri Sorokin, Leila Farahani, Kofi Mensah, Ana Beatriz Moura, Jonas Lindqvist, Nguyễn Thị Lan, Omar El-Sayed, Fiona Gallagher,
    Arjun Deshpande, Camille Rousseau, Tomasz Zieliński, Yara Haddad, Ethan Whitehorse, Soo-jin Park, Gabriel Costa, Ida Nyström,
    Chinedu Eze, Marta Kowalczyk, Rohan Iyer, Elif Yıldız, Noah Feldman, Sina Tavakoli, Beatriz Almeida, Viktor Petrov, Mei Tanaka,
    Amara Diallo, Oskar Haugen, Tariq Siddiqui, Lucía Navarro`,
  Platform: `Henrik Solberg, Nkechi Obi, Daniel Weiss, Shreya Kulkarni, Pavel Novák, Aroha Ngata, Bilal Chaudhry, Clara Jansen,
    Kenji Morimoto, Marisol Vega, Elio Conti, Thandiwe Dlamini`,
  Product: 'Emeka Nwosu, Sofia Lindgren, Ravi Menon, Julia Steiner, Hyun-woo Choi, Isabel Duarte, Markus Ebner, Naledi Khumalo',
  Design: 'Freya Christensen, Andrés Molina, Yuki Hayashi, Salma Benali, Tobias Keller, Lindiwe Nkosi',
  Sales: `Caroline Ashworth, Diego Salazar, Farah Qureshi, Mikael Virtanen, Olivia Brennan, Hassan Jaber, Petra Horvat, Luca Moretti,
    Grace Achieng, Stefan Ilić, Manon Lefèvre, Kwame Asante, Ximena Rojas, Aditi Bhatt, Jakub Dvořák, Noor Rahman`,
  'Customer Success': `Abena Owusu, Felix Baumann, Sakura Ito, Rosa Maldonado, Erik Sandvik, Maryam Hosseini, Tiago Ramos, Hilde Aas,
    Dong-hyun Kim, Leticia Barros`,
  Marketing: 'Simone Girard, Jarek Malinowski, Anjali Nair, Connor Byrne, Paloma Reyes, Wanjiru Kamau, Linus Ekström',
  Finance: 'Margarethe Vogel, Ibrahim Sesay, Chiara Romano, Deepa Subramaniam, Pieter van Dijk, Ewa Nowak, Salim Khoury',
  People: 'Nadia Bensaïd, Joaquín Herrera, Katrin Schäfer, Adaeze Onyeka, Minh Anh Phạm, Lotte Hermans',
  IT: 'Yosef Tadesse, Birgit Lorenz, Alejandro Pardo, Reiko Shimizu, Colm Doherty',
  Legal: 'Astrid Bergman, Vikram Chandra, Eilidh MacLeod',
};

/** Who has left, or is away: deactivated in Okta. */
const away = ['Noah Feldman', 'Petra Horvat', 'Tobias Keller', 'Ewa Nowak', 'Colm Doherty'];

const titles = {
  Leadership: ['Chief Executive', 'Chief Technology Officer', 'Chief Operating Officer', 'Chief Revenue Officer'],
  Engineering: ['VP Engineering', 'Staff Engineer', 'Senior Engineer', 'Engineer', 'Engineer'],
  Platform: ['Head of Platform', 'Site Reliability Engineer', 'Platform Engineer'],
  Product: ['Head of Product', 'Product Manager'],
  Design: ['Head of Design', 'Product Designer'],
  Sales: ['VP Sales', 'Account Executive', 'Sales Engineer'],
  'Customer Success': ['Head of Customer Success', 'Customer Success Manager', 'Support Engineer'],
  Marketing: ['Head of Marketing', 'Marketing Manager'],
  Finance: ['Head of Finance', 'Accountant'],
  People: ['Head of People', 'People Partner'],
  IT: ['Head of IT', 'IT Administrator'],
  Legal: ['General Counsel', 'Counsel'],
};

export const people = Object.entries(departments).flatMap(([department, names]) =>
  names.split(',').map((name, index) => person(name.trim().replace(/\s+/g, ' '), department, index)),
);

/** Groups by what they are for: departments, and a few across them. */
export const groups = [
  ['Halden Engineering', of('Engineering')],
  ['Halden Platform', of('Platform')],
  ['Halden Product & Design', [...of('Product'), ...of('Design')]],
  ['Halden Sales', of('Sales')],
  ['Halden Customer Success', of('Customer Success')],
  ['Halden Marketing', of('Marketing')],
  ['Halden Finance', of('Finance')],
  ['Halden People', of('People')],
  ['Halden IT', of('IT')],
  ['Halden Leadership', [...of('Leadership'), ...Object.keys(departments).slice(1).map((department) => of(department)[0])]],
  ['Console Administrators', [...of('IT').slice(0, 3), ...of('Platform').slice(0, 2)]],
  ['Production On-call', [...of('Platform').slice(1, 9), ...of('Engineering').slice(1, 8)]],
  ['Release Managers', [...of('Platform').slice(2, 4), ...of('Engineering').slice(3, 6), ...of('Product').slice(0, 2)]],
  ['Billing Viewers', [...of('Finance'), ...of('Sales').slice(0, 4), ...of('Legal')]],
].map(([name, members]) => ({ name, members }));

function of(department) {
  return people.filter((somebody) => somebody.department === department);
}

function person(name, department, index) {
  const words = name.split(' ');
  const familyName = words.at(-1);
  const givenName = words.slice(0, -1).join(' ');
  const login = `${plain(givenName).split(/[ -]/)[0]}.${plain(familyName)}@${domain}`;
  const known = titles[department];
  return {
    // Okta's ids are twenty characters that begin with 00u.
    id: `00u${createHash('sha256').update(login).digest('base64url').replace(/[-_]/g, '0').slice(0, 17)}`,
    login,
    givenName,
    familyName,
    title: index === 0 ? known[0] : known[1 + (index % (known.length - 1))],
    department,
    away: away.includes(name),
  };
}

/** A person as the provider knows them: what a sign-in says of them. */
export function account(person) {
  return {
    sub: person.id,
    email: person.login,
    email_verified: true,
    name: `${person.givenName} ${person.familyName}`,
    given_name: person.givenName,
    family_name: person.familyName,
    preferred_username: person.login,
    groups: groups.filter((group) => group.members.includes(person)).map((group) => group.name),
  };
}

/** Everybody and every group by SCIM, as Okta does it. */
export async function push(okta) {
  await okta.testConnector();
  for (const person of people) await okta.assign(person);
  for (const group of groups) await okta.pushGroup(group.name, group.members);
  for (const person of people.filter((one) => one.away)) await okta.deactivate(person);
}

/** Addresses are plain letters, names are not. */
function plain(text) {
  const lone = { ł: 'l', ø: 'o', æ: 'ae', ß: 'ss', ı: 'i', đ: 'd' };
  return text
    .toLowerCase()
    .replace(/[łøæßıđ]/g, (letter) => lone[letter])
    .normalize('NFD')
    .replace(/[^a-z -]/g, '');
}
