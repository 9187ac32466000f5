import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

const dir = temporaryFolder();
const good = join(dir, 'good');
const bad = join(dir, 'bad');

const pack = `app: demo
title: Demo server
version: 1.0.0
recognise: [{ program: [demod, demo] }]
listeners: [{ purpose: client, host: "'*'", port: "'7000'", about: it takes port 7000 }]
hosts: { any: { '*': "['::']" } }
`;

beforeAll(() => {
  for (const folder of [good, bad]) mkdirSync(join(folder, 'demo/cases'), { recursive: true });
  writeFileSync(join(good, 'demo/pack.yaml'), pack);
  writeFileSync(
    join(good, 'demo/cases/a.yaml'),
    '- { name: plain, command: [demod], listeners: ["tcp [::]:7000"] }\n',
  );
  writeFileSync(join(bad, 'demo/pack.yaml'), pack.replace(`"'7000'"`, 'prot'));
  writeFileSync(
    join(bad, 'demo/cases/a.yaml'),
    '- { name: plain, command: [demod], listeners: ["tcp [::]:7000"] }\n- { name: same, command: [x], listeners: [] }\n',
  );
});

describe('packs list', () => {
  it('shows shipped packs with those of --packs', async () => {
    const { out, code } = await berthwatch(['packs', 'list', '--packs', good]);
    expect(code).toBe(0);
    expect(out).toMatch(/^APP +TITLE +VERSION +PROGRAMS\n/);
    expect(out).toMatch(/\ndemo +Demo server +1\.0\.0 +demod demo\n/);
    expect(out).toMatch(/\nnginx +/);
  });

  it('as JSON', async () => {
    const { out } = await berthwatch(['packs', 'list', '--packs', good, '--json']);
    expect(JSON.parse(out)).toContainEqual({
      app: 'demo',
      title: 'Demo server',
      version: '1.0.0',
      programs: ['demod', 'demo'],
    });
  });
});

describe('packs lint', () => {
  it('is content with a good pack', async () => {
    expect(await berthwatch(['packs', 'lint', good])).toEqual({ code: 0, out: 'demo: good\n', err: '' });
  });

  it('fails on a bad one and says where', async () => {
    const { out, code } = await berthwatch(['packs', 'lint', join(bad, 'demo')]);
    expect(code).toBe(1);
    expect(out).toBe(`${join(bad, 'demo/pack.yaml')}:5:51: error: in "prot": there is no name prot here\n`);
    const { out: json } = await berthwatch(['packs', 'lint', bad, '--json']);
    expect(JSON.parse(json)[0]).toMatchObject({ app: 'demo', problems: [{ severity: 'error' }] });
  });

  it('says that a folder is not there', async () => {
    const { err, code } = await berthwatch(['packs', 'lint', join(dir, 'none')]);
    expect(code).toBe(2);
    expect(err).toContain('there is no folder');
  });
});

describe('packs test', () => {
  it('runs cases', async () => {
    const { out, code } = await berthwatch(['packs', 'test', good]);
    expect({ out, code }).toEqual({ out: `${join(good, 'demo')}: 1 of 1 cases pass\n`, code: 0 });
  });

  it('fails and prints what differs', async () => {
    const { out, code } = await berthwatch(['packs', 'test', bad]);
    expect(code).toBe(1);
    expect(out).toContain('failed: plain\n    missing listener tcp [::]:7000\n');
    expect(out).toContain(': 1 of 2 cases pass\n');
  });

  it('lists what no case reaches', async () => {
    expect((await berthwatch(['packs', 'test', good, '--unreached'])).out).not.toContain('no case reaches');
    const { out } = await berthwatch(['packs', 'test', bad, '--unreached']);
    expect(out).toContain(`${join(bad, 'demo/pack.yaml')}:5:13: no case reaches listeners.0\n`);
  });

  it('as JSON', async () => {
    const { out } = await berthwatch(['packs', 'test', bad, '--unreached', '--json']);
    const [{ unreached }] = JSON.parse(out);
    expect(unreached).toContainEqual({
      place: `${join(bad, 'demo/pack.yaml')}:5:13`,
      statement: 'listeners.0',
    });
  });
});

it('every command has help with an example, and no command is an error', async () => {
  for (const words of [['scan'], ['packs'], ['packs', 'list'], ['packs', 'lint'], ['packs', 'test'], []]) {
    const { out, code } = await berthwatch([...words, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples:\n {2}berthwatch /);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  }
  expect((await berthwatch([])).code).toBe(2);
  expect((await berthwatch(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('packs new', () => {
  it('makes a pack that lints and whose cases pass, once', async () => {
    const folder = join(dir, 'made/here');
    expect(await berthwatch(['packs', 'new', 'fresh', folder])).toMatchObject({ code: 0, err: '' });
    expect(await berthwatch(['packs', 'lint', folder])).toMatchObject({ code: 0, out: 'fresh: good\n' });
    const tested = await berthwatch(['packs', 'test', folder, '--unreached']);
    expect(tested).toEqual({ code: 0, out: `${folder}/fresh: 2 of 2 cases pass\n`, err: '' });
    const again = await berthwatch(['packs', 'new', 'fresh', folder]);
    expect(again.code).toBe(2);
    expect(again.err).toContain("a pack can't be made");
  });

  it('takes no name that is none', async () => {
    for (const name of ['../x', 'Up', '', '1a']) {
      expect(await berthwatch(['packs', 'new', name, dir])).toMatchObject({ code: 2 });
    }
  });
});
