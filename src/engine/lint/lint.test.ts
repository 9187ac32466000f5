import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packFolders } from '../../pack/load.ts';
import { shippedFolder } from '../../pack/packs.ts';
import { lintPack } from './lint.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berthwatch-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const good = `app: demo
title: Demo
version: 1.0.0
recognise: [{ program: [demod], set: { strict: true } }]
arguments:
  options: { port: { flags: ['-p'] } }
settings:
  port: { argument: port, key: port, default: 7000, type: integer }
files:
  - { path: "'/etc/demo.conf'", syntax: lines }
collections: { names: '[]' }
reading: { name: { add: names, values: '[value]' } }
listeners:
  - purpose: client
    each: listen
    when: names.size() > 0 || strict
    forms: ['(?P<host>.+):(?P<port>\\d+)']
    port: string(port)
    keep: part.host != 'off'
    set: { own: "'own' in rest" }
combine:
  - { within: [transport, port], drop: 'self.own && all.size() > 1' }
`;

/** Problems of the pack, as `line:column severity message`. */
async function lint(
  pack: string,
  cases: string | undefined = 'name: x\n  command: [demod]\n  listeners: []',
) {
  writeFileSync(join(folder, 'pack.yaml'), pack);
  if (cases !== undefined) {
    mkdirSync(join(folder, 'cases'), { recursive: true });
    writeFileSync(join(folder, 'cases/a.yaml'), cases === '' ? '[]' : `- ${cases}\n`);
  }
  const { problems } = await lintPack(folder);
  return problems.map(({ place, severity, message }) => {
    return `${place.replace(`${folder}/`, '').replace('pack.yaml:', '')} ${severity}: ${message}`;
  });
}

it('finds nothing wrong with a good pack', async () => {
  expect(await lint(good)).toEqual([]);
});

it.each(packFolders(shippedFolder()))('finds nothing wrong with %s', async (shipped) => {
  expect((await lintPack(shipped)).problems).toEqual([]);
});

describe('form', () => {
  it.each([
    ['title: Demo', 'title: [', '3:1 error: '],
    ['version: 1.0.0', 'version: one', '3:10 error: version: '],
    ['title: Demo', 'titel: Demo', 'titel'],
    ['purpose: client', 'purpose: 5', '14:14 error: listeners.0.purpose: '],
  ])('%s → %s', async (from, to, problem) => {
    expect((await lint(good.replace(from, to))).join('\n')).toContain(problem);
  });
});

describe('expressions', () => {
  it.each([
    [
      "'own' in rest",
      "'own' in rset",
      `20:17 error: in "'own' in rset": there is no name rset here (did you mean rest?)`,
    ],
    ['names.size() > 0', 'name.size() > 0', 'there is no name name here (did you mean names?)'],
    ['part.host', 'part.hots', 'part has no hots (did you mean host?)'],
    ['names.size() > 0 ||', 'opt.prot == "" ||', 'opt has no prot (did you mean port?)'],
    ['self.own', 'self.won', 'self has no won (did you mean own?)'],
    ['string(port)', 'strnig(port)', '18:11 error: in "strnig(port)": found no matching overload'],
    ['string(port)', 'string(port', '18:11 error: in "string(port": '],
    ['string(port)', '"port.matches(\'x\')"', 'matches() is not linear: use match(text, regex)'],
    ['names.size() > 0', 'part.host == "x"', 'there is no name part here'],
    ['names.size() > 0', 'names.exists(n, m == n)', 'there is no name m here'],
    ['names.size() > 0', 'n == 1 || names.exists(n, n == 1)', 'there is no name n here'],
  ])('%s → %s', async (from, to, problem) => {
    const problems = await lint(good.replace(from, to));
    expect(problems.join('\n')).toContain(problem);
  });

  it('gives macros names of their own', async () => {
    const wide = 'names.all(n, names.filter(m, m != n).map(k, k + n).size() > 0)';
    expect(await lint(good.replace('names.size() > 0', wide))).toEqual([]);
  });
});

describe('patterns', () => {
  it.each([
    ['(?P<host>.+)', '(?P<host>.+', '17:13 error: "(?P<host>.+:'],
    ['(?P<host>.+)', '(?P<host>.+)(?=x)', 'error'],
    ['(?P<host>.+)', '(?P<host>.+)(?P<zone>%.*)?', '17:13 warning: nothing reads the group zone'],
  ])('%s → %s', async (from, to, problem) => {
    expect((await lint(good.replace(from, to))).join('\n')).toContain(problem);
  });
});

describe('references', () => {
  it.each([
    ['argument: port', 'argument: prot', '8:21 error: there is no option prot (did you mean port?)'],
    ['add: names', 'add: nams', '12:25 error: there is no collection nams (did you mean names?)'],
    ['syntax: lines', 'syntax: lins', '10:41 error: there is no syntax lins (did you mean lines?)'],
    ['[transport, port]', '[transport, prot]', 'error: there is no fact prot (did you mean port?)'],
  ])('%s → %s', async (from, to, problem) => {
    expect((await lint(good.replace(from, to))).join('\n')).toContain(problem);
  });
});

it('warns of settings and collections that nothing uses', async () => {
  const unused = good
    .replace('settings:\n', 'settings:\n  spare: { default: 1 }\n')
    .replace("collections: { names: '[]' }", "collections: { names: '[]', idle: '[]' }");
  expect(await lint(unused)).toEqual([
    '8:10 warning: nothing uses spare',
    expect.stringMatching(/warning: nothing uses idle$/),
  ]);
});

describe('cases', () => {
  it('must be there', async () => {
    expect(await lint(good, '')).toEqual(['cases error: a pack needs cases, and there are none']);
    rmSync(join(folder, 'cases'), { recursive: true });
    writeFileSync(join(folder, 'pack.yaml'), good);
    expect((await lintPack(folder)).problems).toEqual([
      {
        place: join(folder, 'cases'),
        severity: 'error',
        message: 'a pack needs cases: there is no folder of them',
      },
    ]);
  });

  it('must have their form', async () => {
    const problems = await lint(good, 'name: x\n  command: demod\n  listeners: []');
    expect(problems).toEqual([expect.stringMatching(/^cases error: .*a\.yaml.*command/)]);
  });
});
