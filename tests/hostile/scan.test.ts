import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showListener } from '../../src/engine/cases.ts';
import { shippedPacks } from '../../src/pack/packs.ts';
import type { Pack } from '../../src/pack/schema.ts';
import { scan } from '../../src/scan/scan.ts';
import { temporaryFolder } from '../builders/image.ts';

/** Scans of folders that were made to hurt: each must end, say what it could not read, and keep the rest. */

let root: string;
let packs: Pack[];

beforeEach(async () => {
  root = temporaryFolder();
  packs = await shippedPacks();
  put('/usr/sbin/nginx', '\x7fELF', 0o755);
  put('/bin/sh', '\x7fELF', 0o755);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string | Buffer, mode = 0o644): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

async function scanned(args: readonly string[] = ['nginx', '-g', 'daemon off;']) {
  const { profile } = await scan(`dir:${root}`, { packs, args });
  return {
    listeners: profile.listeners.map(showListener),
    findings: profile.findings.map(({ id }) => id),
    messages: profile.findings.map(({ message }) => message),
  };
}

describe('config', () => {
  it('of 200 MB is read to the limit, which is said', async () => {
    const line = '# a long comment that goes on and on, over many lines\n';
    const megabyte = line.repeat(Math.ceil((1024 * 1024) / line.length));
    put('/etc/nginx/nginx.conf', 'events {}\nhttp { server { listen 81; } }\n');
    for (let i = 0; i < 200; i++) appendFileSync(join(root, '/etc/nginx/nginx.conf'), megabyte);
    const result = await scanned();
    expect(result.listeners, result.messages.slice(-3).join()).toEqual(['tcp 0.0.0.0:81']);
    expect(result.findings).toContain('config-limit');
  });

  it('that is binary rubbish is no reason to lose another server', async () => {
    put('/etc/nginx/nginx.conf', randomBytes(100_000));
    put('/srv/good.conf', 'events {}\nhttp { server { listen 82; } }\n');
    put('/start.sh', '#!/bin/sh\nnginx &\nexec nginx -c /srv/good.conf -g "daemon off;"\n', 0o755);
    const result = await scanned(['/start.sh']);
    expect(result.listeners, result.messages.slice(-3).join()).toEqual(['tcp 0.0.0.0:82']);
    expect(result.findings).toContain('will-not-start');
  });

  it('of 10,000 nested blocks ends', async () => {
    put(
      '/etc/nginx/nginx.conf',
      `events {}\nhttp { server { listen 83; ${'if (x) {'.repeat(10_000)}${'}'.repeat(10_000)} } }`,
    );
    expect((await scanned()).messages.join()).toMatch(/nest|deep/);
  });

  it('that includes itself, or a pair that include each other, ends', async () => {
    put('/etc/nginx/nginx.conf', 'events {}\nhttp { include a.conf; server { listen 84; } }');
    put('/etc/nginx/a.conf', 'include b.conf;');
    put('/etc/nginx/b.conf', 'include a.conf;');
    expect((await scanned()).findings).toEqual(['will-not-start']);
  });

  it('that includes a folder of many files many times stops at the limit', async () => {
    for (let i = 0; i < 60; i++) put(`/etc/nginx/d/${i}.conf`, `server { listen ${1_000 + i}; }`);
    put('/etc/nginx/nginx.conf', `events {}\nhttp { ${'include d/*.conf;'.repeat(40)} }`);
    const result = await scanned();
    expect(result.findings).toContain('config-limit');
    expect(result.listeners, result.messages.slice(-3).join()).toHaveLength(60);
  });

  it('that is a link to /etc/shadow of the host, or out of the root, reads the root’s own', async () => {
    put('/etc/shadow', 'events {}\nhttp { server { listen 85; } }');
    mkdirSync(join(root, '/etc/nginx'));
    symlinkSync('../../../../../../../etc/shadow', join(root, '/etc/nginx/nginx.conf'));
    expect((await scanned()).listeners).toEqual(['tcp 0.0.0.0:85']);
  });

  it('behind a loop of links is missing', async () => {
    mkdirSync(join(root, '/etc/nginx'), { recursive: true });
    symlinkSync('b', join(root, '/etc/nginx/nginx.conf'));
    symlinkSync('nginx.conf', join(root, '/etc/nginx/b'));
    expect((await scanned()).findings).toEqual(['will-not-start']);
  });
});

describe('an entrypoint', () => {
  const config = 'events {}\nhttp { server { listen 86; } }';

  it.each([
    ['loops for ever', 'while true; do x=$((x+1)); done\n'],
    ['calls itself', 'exec /start.sh\n'],
    ['calls itself as a child', '/start.sh\n'],
    ['recurses in a function', 'f() { f; }; f\n'],
    ['doubles a variable', 'x=aaaaaaaaaa; while :; do x=$x$x; done\n'],
    ['writes for ever', 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >> /tmp/x; done\n'],
    [
      'forks on unknowns',
      `${'if [ "$(date)" = x ]; then a=1; else a=2; fi\n'.repeat(60)}while :; do :; done\n`,
    ],
    ['is full of braces', `echo ${'{a,b}'.repeat(40)}\nwhile :; do :; done\n`],
    ['nests without end', `${'$('.repeat(20_000)}\nwhile :; do :; done\n`],
  ])('that %s ends, and what it never reaches is not predicted', async (_, script) => {
    put('/etc/nginx/nginx.conf', config);
    put('/start.sh', `#!/bin/sh\n${script}exec nginx\n`, 0o755);
    expect((await scanned(['/start.sh'])).listeners).toEqual([]);
  });

  it('whose loop can not be decided says so', async () => {
    put('/etc/nginx/nginx.conf', config);
    put('/start.sh', '#!/bin/sh\nwhile true; do x=$((x+1)); done\nexec nginx\n', 0o755);
    expect((await scanned(['/start.sh'])).findings).toEqual(['entrypoint-not-followed']);
  });

  it('that is rubbish after a shebang does not throw', async () => {
    put('/start.sh', Buffer.concat([Buffer.from('#!/bin/sh\n'), randomBytes(50_000)]), 0o755);
    expect((await scanned(['/start.sh'])).listeners).toEqual([]);
  });
});
