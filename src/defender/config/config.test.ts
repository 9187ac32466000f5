import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import { loadConfig } from './load-config.ts';
import { readSettings } from './settings.ts';

const dir = temporaryFolder();
let count = 0;

function written(text: string): string {
  const path = join(dir, `${count++}.yaml`);
  writeFileSync(path, text);
  return path;
}

describe('configuration of a defender', () => {
  it('names every mistake by line', async () => {
    const path = written(
      'host: web\nspool: { dir: here }\naudits:\n  - kind: file\n  - { kind: pigeon }\nsurprise: 1\n',
    );
    await expect(loadConfig(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/:2:15: spool\.dir: .*absolute path/),
    });
    const { message } = (await loadConfig(path).catch(
      (error: Error) => error as Error & { message: string },
    )) as Error;
    for (const place of [
      `${path}:4:5: audits.0.path`,
      `${path}:5:`,
      `${path}:1:1: Unrecognized key: "surprise"`,
    ]) {
      expect(message).toContain(place);
    }
  });

  it('says where a file is no YAML, or none', async () => {
    await expect(loadConfig(written('a: [1'))).rejects.toThrow(/:1:\d+: /);
    await expect(loadConfig(join(dir, 'none.yaml'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('an empty file is no mistake; defaults are in place', async () => {
    const settings = await readSettings({ config: written(''), format: 'json' }, { HOME: '/home/x' });
    expect(settings.sinks).toEqual([{ kind: 'stdout', style: 'json', name: 'stdout' }]);
    expect(settings.metrics).toEqual({ host: '127.0.0.1', port: 9651 });
  });

  it('flags count more than variables, variables more than the file', async () => {
    const config = written('spool: { dir: /file }\nmetrics: 127.0.0.1:1\nhost: web-7\n');
    const env = {
      BERTHWATCH_CONFIG: config,
      BERTHWATCH_SPOOL: '/variable',
      BERTHWATCH_METRICS: '127.0.0.1:2',
    };
    const settings = await readSettings({ metrics: 'off', format: 'table' }, env);
    expect(settings).toMatchObject({ host: 'web-7', spool: { dir: '/variable' }, metrics: undefined });
  });

  it('several sinks of a kind get names of their own', async () => {
    const config = written(
      'audits: [{ kind: file, path: /a }, { kind: file, path: /b }, { kind: file, path: /c, name: x }]',
    );
    const { sinks } = await readSettings({ config, format: 'table' }, {});
    expect(sinks.map(({ name }) => name)).toEqual(['file', 'file-2', 'x']);
  });

  it('metrics are served on loopback only', async () => {
    for (const metrics of ['0.0.0.0:9651', '10.0.0.1:80', '127.0.0.1:70000', 'here']) {
      await expect(readSettings({ metrics, format: 'table' }, {})).rejects.toMatchObject({ code: 'USAGE' });
    }
    const { metrics } = await readSettings({ metrics: '[::1]:9', format: 'table' }, {});
    expect(metrics).toEqual({ host: '::1', port: 9 });
  });
});
