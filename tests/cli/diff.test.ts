import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, file, temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

const dir = temporaryFolder();
const cache = ['--cache-dir', join(dir, 'cache')];

function image(name: string, conf: string): string {
  const path = join(dir, `${name}.tar`);
  const layers = [[file('usr/sbin/nginx', '\x7fELF', { mode: 0o755 }), file('etc/nginx/nginx.conf', conf)]];
  const config = { Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } };
  writeFileSync(path, dockerArchive({ layers, config, architecture: 'amd64', tags: [`${name}:1`] }));
  return path;
}

const server = (port: number) => `events {}\nhttp {\n  server { listen ${port}; }\n}\n`;
const before = image('before', server(80));
const after = image('after', server(81));
const diff = (...argv: string[]) => berthwatch(['diff', ...cache, ...argv]);

describe('diff', () => {
  it('shows what moved and the lines that moved it', async () => {
    const { out, err, code } = await diff(before, after);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `${before} → ${after}

Listeners
  ~ tcp 0.0.0.0:80 → tcp 0.0.0.0:81  nginx http, /usr/sbin/nginx
      - /etc/nginx/nginx.conf:3  server { listen 80; }
      + /etc/nginx/nginx.conf:3  server { listen 81; }
`,
    );
  });

  it('compares with a stored profile, and exits with 1 when that was asked for', async () => {
    const stored = join(dir, 'baseline.json');
    await berthwatch(['scan', ...cache, before, '--format', 'json', '--output', stored]);
    expect((await diff(`profile:${stored}`, before, '--exit-code')).code).toBe(0);
    const changed = await diff(`profile:${stored}`, after, '--exit-code', '--format', 'json');
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.out)).toMatchObject({
      schema: 'berthwatch/diff/v1',
      listeners: [{ kind: 'changed', what: ['port'], before: { port: 80 }, after: { port: 81 } }],
    });
  });

  it('writes Markdown into a file', async () => {
    const output = join(dir, 'comment.md');
    expect(await diff(before, after, '--format', 'markdown', '--output', output)).toMatchObject({
      out: '',
      code: 0,
    });
    expect(readFileSync(output, 'utf8')).toContain('| ✏️ | nginx http, /usr/sbin/nginx |');
  });

  it.each([
    ['a file that is not there', 'profile:nowhere.json', 'there is no such file'],
    ['a file that is no profile', `profile:${before}`, 'it is not the profile of one image'],
  ])('refuses %s', async (_name, source, message) => {
    const { out, err, code } = await diff(source, after);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain(message);
  });
});
