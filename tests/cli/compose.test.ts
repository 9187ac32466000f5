import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeSamples } from '../../scripts/samples/main.ts';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

/** The program that reads Compose files, in its old or its new form; no container engine is needed to read one. */
const program = [['docker-compose'], ['docker', 'compose']].find(
  ([name = '', ...words]) => spawnSync(name, [...words, 'version'], { stdio: 'ignore' }).status === 0,
);
const why = program === undefined ? ' (skipped: there is no docker-compose)' : '';
const dir = temporaryFolder();
const root = join(import.meta.dirname, '../..');

/** The service as Compose understands it. */
function understood(file: string): { expose?: string[]; ports?: unknown[] } {
  const [name = '', ...words] = program ?? [];
  const { status, stdout, stderr } = spawnSync(name, [...words, '-f', file, 'config'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return parse(stdout).services.web;
}

describe.skipIf(program === undefined)(`Compose takes what export writes${why}`, () => {
  it.each(makeSamples(join(root, 'scripts/samples'), dir))('%s', async (sample) => {
    const cache = ['--cache-dir', join(dir, 'cache')];
    const { out, code } = await berthwatch([
      ...['export', '--as', 'compose', '--name', 'web', ...cache, sample],
    ]);
    expect(code).toBe(0);
    const folder = join(dir, 'compose');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'compose.yaml');
    // A tar has no name that Compose could pull it by, and without an image no service is one.
    const written = parse(out);
    written.services.web.image ??= 'example/web';
    writeFileSync(file, JSON.stringify(written));
    const { expose, ports = [] } = understood(file);
    expect((expose ?? []).map(String).sort()).toEqual([...written.services.web.expose].sort());
    expect(ports.length).toBe((written.services.web.ports ?? []).length);
  });
});
