import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/cli/text/width.ts';
import { dockerArchive, file, folder, type ImageDescription, temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

const dir = temporaryFolder();
const cache = ['--cache-dir', join(dir, 'cache')];
const elf = (path: string) => file(path, '\x7fELF', { mode: 0o755 });

function image(name: string, conf: string, more: Partial<ImageDescription> = {}): string {
  const path = join(dir, `${name}.tar`);
  const layers = [[elf('usr/sbin/nginx'), elf('bin/sh'), folder('run'), file('etc/nginx/nginx.conf', conf)]];
  const config = {
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: {
      '80/tcp': {},
      '443/tcp': {},
      '9000/tcp': {},
      '7000/tcp': {},
      '7001/tcp': {},
      '7002/tcp': {},
    },
  };
  writeFileSync(path, dockerArchive({ layers, config, architecture: 'amd64', tags: [`${name}:1`], ...more }));
  return path;
}

const web = image(
  'web',
  `events {}
http {
  server { listen 80; location / { proxy_pass http://backend.example.org:3000; } }
  server { listen 127.0.0.1:9000; }
  server { listen 8000-8099; }
  server { listen unix:/run/web.sock; }
  server { listen internal.example.org:9443; }
}
`,
);
const scan = (...argv: string[]) => berthwatch(['scan', ...cache, ...argv]);
const onTerminal = (columns: number, ...argv: string[]) =>
  berthwatch(['scan', ...cache, '--color', 'never', ...argv], { columns });

describe('the table', () => {
  it('says what listens and why, below one another at 80 columns', async () => {
    const { out, code } = await onTerminal(80, web);
    expect(code).toBe(0);
    expect(
      out
        .replace(web, 'web.tar')
        .replace(/sha256:[0-9a-f]{12}/, 'sha256:…')
        .split('\n')
        .slice(1),
    ).toEqual(
      `
Starts  nginx -g 'daemon off;'  as root

APP    PROCESS          LISTENS                                 PURPOSE
nginx  /usr/sbin/nginx  tcp 0.0.0.0:80                          http
    /etc/nginx/nginx.conf:3  server { listen 80; location / { proxy_pass http:/…
nginx  /usr/sbin/nginx  tcp 0.0.0.0:8000-8099                   http
    /etc/nginx/nginx.conf:5  server { listen 8000-8099; }
nginx  /usr/sbin/nginx  tcp 127.0.0.1:9000                      http
    /etc/nginx/nginx.conf:4  server { listen 127.0.0.1:9000; }
nginx  /usr/sbin/nginx  tcp internal.example.org:9443 possible  http
    /etc/nginx/nginx.conf:7  server { listen internal.example.org:9443; }

APP    PROCESS          UNIX SOCKET    PURPOSE
nginx  /usr/sbin/nginx  /run/web.sock  http
    /etc/nginx/nginx.conf:6  server { listen unix:/run/web.sock; }

Connects to  tcp backend.example.org:3000  upstream  /etc/nginx/nginx.conf:3

EXPOSE  80/tcp         confirmed
        443/tcp        not confirmed: not everything that runs is known
        7000-7002/tcp  not confirmed: not everything that runs is known
        9000/tcp       only on loopback, not reachable from outside
Not exposed  tcp 0.0.0.0:8000-8099  nginx
             tcp internal.example.org:9443  nginx

Not known
  internal.example.org can only be resolved in the running container
    [unresolved-name]
    /etc/nginx/nginx.conf:7  server { listen internal.example.org:9443; }
      → Its address is only known in the running container.
`
        .split('\n')
        .slice(1),
    );
  });

  it.each([40, 80, 120, 160])('fits %i columns', async (columns) => {
    const { out } = await onTerminal(columns, web);
    const widest = Math.max(...out.split('\n').map(displayWidth));
    expect(widest).toBeLessThanOrEqual(Math.max(columns, 72));
  });

  it('puts reasons beside where there is room, whole where nothing limits a line', async () => {
    const wide = await onTerminal(160, web);
    expect(wide.out).toMatch(/LISTENS +PURPOSE +WHY\n/);
    const piped = await scan(web);
    expect(piped.out).toContain(
      'http     /etc/nginx/nginx.conf:3  server { listen 80; location / { proxy_pass http://backend.example.org:3000; } }\n',
    );
  });

  it('says that nothing listens, and why', async () => {
    const refused = await onTerminal(80, image('refused', 'events {} http { server { listen 80 } }'));
    expect(refused.out).toMatch(/Nothing will listen\.\n {2}nginx will not start: /);
    expect(refused.out).toContain('443/tcp        contradicted: nothing listens there');
    const stranger = await onTerminal(
      80,
      web,
      '--entrypoint',
      '/bin/sh',
      '--',
      '-c',
      'exec /usr/bin/stranger',
    );
    expect(stranger.out).toMatch(/No listener is known\.\n {2}.*\/usr\/bin\/stranger/);
  });

  it('neither repaints the terminal nor hides text, whatever an image holds', async () => {
    const hostile = 'events {} http { server { listen 80; server_name "\x1b[2J\x9b31m\u202egnol\u200b"; } }';
    for (const argv of [
      ['--color', 'never'],
      ['--format', 'json'],
      ['--explain', '80', '--color', 'never'],
    ]) {
      const { out } = await berthwatch(['scan', ...cache, ...argv, image('hostile', hostile)], {
        columns: 160,
      });
      expect(out).toContain('listen 80;');
      expect(out.match(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/u)).toBeNull();
    }
  });
});

describe('colours', () => {
  const sequence = '\x1b[';
  it.each([
    ['on a terminal', { columns: 80 }, [], true],
    ['not when piped', {}, [], false],
    ['not with NO_COLOR', { columns: 80, env: { NO_COLOR: '1' } }, [], false],
    ['not on a terminal without them', { columns: 80, env: { TERM: 'dumb' } }, [], false],
    ['when piped with --color always', {}, ['--color', 'always'], true],
    ['not with --color never', { columns: 80 }, ['--color', 'never'], false],
  ])('%s', async (_, terminal, flags, isColored) => {
    const { out } = await berthwatch(['scan', ...cache, ...flags, web], terminal);
    expect(out.includes(sequence)).toBe(isColored);
  });
});

describe('several sources', () => {
  const missing = join(dir, 'missing.tar');

  it('are each shown; one that fails is reported and does not lose the others', async () => {
    const { out, err, code } = await scan(
      web,
      missing,
      image('other', 'events {} http { server { listen 81; } }'),
    );
    expect(out).toContain('0.0.0.0:80 ');
    expect(out).toContain('0.0.0.0:81 ');
    expect(err).toContain(missing);
    expect(code).toBe(2);
  });

  it('are an array in JSON, one is an object', async () => {
    const two = await scan('--format', 'json', web, missing);
    expect(
      JSON.parse(two.out).map(({ source }: { source: { reference: string } }) => source.reference),
    ).toEqual([web]);
    expect(two.code).toBe(2);
    expect(JSON.parse((await scan('--format', 'json', web)).out).schema).toBe('berthwatch/profile/v1');
  });
});

describe('what `docker run` would change', () => {
  const shell = image('shell', 'events {} http { server { listen 80; } }', {
    config: {
      Entrypoint: ['/bin/sh', '-c', 'exec nginx -g "daemon off;" -c "$CONF"'],
      Env: ['CONF=/etc/nginx/nginx.conf'],
    },
    layers: [
      [
        elf('usr/sbin/nginx'),
        elf('bin/sh'),
        file('etc/nginx/nginx.conf', 'events {} http { server { listen 80; } }'),
        file('etc/nginx/other.conf', 'events {} http { server { } }'),
        file('etc/passwd', 'root:x:0:0::/:/bin/sh\nweb:x:7:7::/:/bin/sh\n'),
      ],
    ],
  });
  const ports = async (...argv: string[]) => {
    const { out, err } = await scan('--format', 'json', shell, ...argv);
    expect(err).toBe('');
    return JSON.parse(out).listeners.map(({ port }: { port: number }) => port);
  };

  it('takes variables, the user, the entrypoint and the arguments', async () => {
    expect(await ports()).toEqual([80]);
    expect(await ports('--env', 'CONF=/etc/nginx/other.conf')).toEqual([80]);
    expect(await ports('--env', 'CONF=/etc/nginx/other.conf', '--user', 'web')).toEqual([8000]);
    expect(
      await ports('--workdir', '/etc', '--entrypoint', 'nginx', '--', '-c', '/etc/nginx/nginx.conf'),
    ).toEqual([80]);
  });

  it('reads files of variables; --env wins over them', async () => {
    const variables = join(dir, 'variables');
    writeFileSync(variables, '# comment\n\nCONF=/etc/nginx/other.conf\n');
    expect(await ports('--env-file', variables, '--user', 'web')).toEqual([8000]);
    expect(
      await ports('--env-file', variables, '--user', 'web', '--env', 'CONF=/etc/nginx/nginx.conf'),
    ).toEqual([80]);
  });
});

describe('--output', () => {
  it('writes the whole to a file, through links, and leaves nothing else', async () => {
    const folder = join(dir, 'out');
    mkdirSync(folder);
    writeFileSync(join(folder, 'real.json'), 'old');
    symlinkSync('real.json', join(folder, 'link.json'));
    const { out, code } = await scan('--format', 'json', '--output', join(folder, 'link.json'), web);
    expect({ out, code }).toEqual({ out: '', code: 0 });
    expect(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8')).listeners).not.toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['link.json', 'real.json']);
  });

  it('leaves an older file alone when nothing could be read', async () => {
    const target = join(dir, 'kept.json');
    writeFileSync(target, 'old');
    expect((await scan('--output', target, join(dir, 'missing.tar'))).code).toBe(2);
    expect(readFileSync(target, 'utf8')).toBe('old');
  });

  it('says at once that it can not be written', async () => {
    const { err, code } = await scan('--output', join(dir, 'no/such/folder.json'), web);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: can't write .*\[OUTPUT_UNWRITABLE\]\n {2}cause: .*\n {2}next: /);
    expect(existsSync(join(dir, 'no'))).toBe(false);
  });
});

describe('errors', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['--colour', web], /unknown option '--colour'\n\(Did you mean --color\?\)/],
    ['no source', [], /missing required argument 'source'/],
    ['a wrong format', ['--format', 'xml', web], /'xml' is invalid.*table, json/],
    ['a wrong port', ['--explain', 'http', web], /"http" is neither a port nor the path of a socket/],
    ['a story as JSON', ['--explain', '80', '--format', 'json', web], /no JSON form/],
    ['a variable without a name', ['--env', '=x', web], /sets no variable/],
    [
      'a file of variables that is not there',
      ['--env-file', join(dir, 'none'), web],
      /can't read the file of variables/,
    ],
    ['a folder of packs that is not there', ['--packs', join(dir, 'none'), web], /PACK_INVALID/],
    ['a platform that is none', ['--platform', 'a b', web], /is not a platform/],
    ['a file that is no image', [join(import.meta.dirname, 'scan.test.ts')], /error: /],
    ['a folder that does not say what it runs', [`dir:${dir}`], /does not say what it runs/],
  ])('%s: exit code 2, no stack', async (_, argv, text) => {
    const { out, err, code } = await scan(...argv);
    expect(err).toMatch(text);
    expect(err).not.toMatch(/\n\s+at .*:\d+/);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });

  it('shows the stack to who debugs', async () => {
    const { err } = await berthwatch(['scan', join(dir, 'missing.tar')], { env: { BERTHWATCH_DEBUG: '1' } });
    expect(err).toMatch(/\n\s+at /);
  });
});

describe('--explain', () => {
  it('tells every step from the image to the listener', async () => {
    const { out } = await scan('--explain', '8042', web);
    expect(out.split('\n').slice(1)).toEqual([
      ' 1. The image says ENTRYPOINT [] and CMD ["nginx","-g","daemon off;"].',
      expect.stringMatching(/^ 2. /),
      expect.stringMatching(/^ 3. This runs: nginx -g 'daemon off;'$/),
      '      as root (uid 0) in /, program /usr/sbin/nginx',
      expect.stringMatching(/^ 4. \/usr\/sbin\/nginx is nginx, .*\(pack nginx [\d.]+\)\.$/),
      ' 5. It reads one config file:',
      '      /etc/nginx/nginx.conf  (braces)',
      ' 6. Address and port come from:',
      '      /etc/nginx/nginx.conf:5  server { listen 8000-8099; }',
      ' 7. So /usr/sbin/nginx listens on tcp 0.0.0.0:8042 (http).',
      '',
    ]);
  });

  it('says what is in doubt', async () => {
    const { out } = await scan('--explain', '9443', web);
    expect(out).toMatch(
      /may listen on tcp internal\.example\.org:9443 \(http\)\.\n +not certain: internal\.example\.org can only/,
    );
  });

  it('finds Unix sockets by their path', async () => {
    const { out } = await scan('--explain', '/run/web.sock', web);
    expect(out).toContain('The path comes from:\n      /etc/nginx/nginx.conf:6');
  });

  it('tells what is near where nothing listens', async () => {
    const { out, code } = await scan('--explain', 'tcp/3000', web);
    expect(code).toBe(0);
    expect(out).toContain(`Nothing is known to listen on TCP port 3000 in ${web}.`);
    expect(out).toContain("What runs and listens\n  nginx -g 'daemon off;'  tcp 0.0.0.0:80, ");
    expect(out).toContain('Where 3000 is mentioned\n  /etc/nginx/nginx.conf:3  server { listen 80; ');
    const { out: claimed } = await scan('--explain', '443', web);
    expect(claimed).toContain('EXPOSE\n  443/tcp  unconfirmed');
  });
});
