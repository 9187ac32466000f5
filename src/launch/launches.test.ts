import { describe, expect, it } from 'vitest';
import type { Fate, Launch, Oracle } from '../model/launch.ts';
import { type MemoryFile, memoryRootfs } from '../rootfs/memory.ts';
import { findLaunches } from './launches.ts';
import { system } from './test-kit.ts';

const binary: MemoryFile = { text: '\x7fELF', mode: 0o755 };

const oracle: Oracle = {
  fate: ({ argv }: Launch): Fate => {
    const name = argv[0]?.split('/').at(-1) ?? '';
    if (name === 'daemon') return 'detaches';
    if (name === 'checker') return 'ends';
    return /^(server|other)$/.test(name) ? 'stays' : 'unknown';
  },
  becomes: ({ argv }: Launch) =>
    argv[0]?.endsWith('starter')
      ? {
          argv: ['/opt/server', ...argv.slice(1)],
          text: 'starter starts server',
          detaches: argv.includes('--detach'),
        }
      : undefined,
};

interface Given {
  entrypoint?: string[];
  cmd?: string[];
  files?: Record<string, MemoryFile>;
  bare?: boolean;
  env?: Record<string, string>;
  user?: string;
  cwd?: string;
}

function find({
  entrypoint = [],
  cmd = [],
  files = {},
  bare = false,
  env = {},
  user = '',
  cwd = '/',
}: Given) {
  const base = bare ? {} : system();
  const rootfs = memoryRootfs({ ...base, '/usr/bin/server': binary, '/usr/bin/other': binary, ...files });
  return findLaunches({ entrypoint, cmd, env, cwd, user }, rootfs, oracle, { ipv6: true });
}

const commands = (given: Given) => find(given).launches.map(({ argv }) => argv.join(' '));
const sh = (text: string, given: Given = {}) => commands({ ...given, cmd: ['/bin/sh', '-c', text] });
const ids = (given: Given) => find(given).findings.map(({ id, severity }) => `${id} ${severity}`);

describe('the first process', () => {
  it('is the entrypoint with the command', () => {
    const { launches } = find({ entrypoint: ['server', '-a'], cmd: ['b c'] });
    expect(launches).toMatchObject([
      {
        exe: '/usr/bin/server',
        realExe: '/usr/bin/server',
        argv: ['server', '-a', 'b c'],
        cwd: '/',
        user: { name: 'root', uid: 0 },
      },
    ]);
    expect(launches[0]?.via).toEqual([{ program: 'server', text: 'the container runs server -a b c' }]);
  });

  it('gets the variables that the engine adds', () => {
    const [launch] = find({ cmd: ['server'], env: { A: 'b' }, user: 'svc' }).launches;
    expect(launch?.env).toMatchObject({
      A: 'b',
      HOME: '/srv',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    });
    expect(launch?.env.HOSTNAME).toContain('HOSTNAME');
  });

  it('is looked for on the image’s PATH, or against the working folder', () => {
    const files = {
      '/opt/bin/server': { link: '/opt/real' },
      '/opt/real': binary,
      '/app/run': binary,
      '/app/server': binary,
    };
    const [linked] = find({ cmd: ['server'], env: { PATH: '/opt/bin:/usr/bin' }, files }).launches;
    expect(linked).toMatchObject({ exe: '/opt/bin/server', realExe: '/opt/real' });
    const [relative] = find({ cmd: ['./server'], cwd: '/app', files }).launches;
    expect(relative).toMatchObject({ exe: '/app/server', cwd: '/app' });
  });

  it('runs as the user that the image names', () => {
    const user = (spec: string) => find({ cmd: ['server'], user: spec }).launches[0]?.user;
    expect(user('svc')).toEqual({ name: 'svc', uid: 999 });
    expect(user('999')).toEqual({ name: 'svc', uid: 999 });
    expect(user('4000:0')).toEqual({ name: '4000', uid: 4000 });
    expect(user('nobody-here')).toEqual({ name: 'nobody-here', uid: undefined });
    expect(ids({ cmd: ['server'], user: 'nobody-here' })).toEqual(['will-not-start high']);
  });

  it('needs an argv and a program that can be run', () => {
    expect(ids({})).toEqual(['will-not-start high']);
    expect(ids({ cmd: ['missing'] })).toEqual(['will-not-start high']);
    const beside = (last: string) => ids({ cmd: ['sh', '-c', `missing & ${last}`] });
    expect(beside('exec server')).toEqual(['will-not-start low']);
    expect(beside('wait')).toContain('will-not-start high');
    expect(ids({ cmd: ['/etc/passwd'] })).toEqual(['will-not-start high']);
    expect(
      ids({ cmd: ['server'], files: { '/usr/bin/server': { text: '\x7fELF', mode: 0o700 } }, user: 'svc' }),
    ).toEqual(['will-not-start high']);
    expect(commands({ cmd: ['missing'] })).toEqual([]);
  });

  it('is recorded when nothing is known of it', () => {
    expect(commands({ cmd: ['/opt/thing', 'x'], files: { '/opt/thing': binary } })).toEqual(['/opt/thing x']);
  });

  it('may be one that only checks something', () => {
    expect(find({ cmd: ['checker'], files: { '/usr/bin/checker': binary } })).toEqual({
      launches: [],
      findings: [],
    });
  });
});

describe('scripts', () => {
  const at = (text: string, more: Record<string, MemoryFile> = {}): Given => ({
    cmd: ['/e', 'x'],
    files: { '/e': { text, mode: 0o755 }, ...more },
  });

  it('run under their interpreter, with one argument from the first line', () => {
    expect(commands(at('#!/bin/sh\nexec server "$0" "$@"'))).toEqual(['server /e x']);
    expect(ids(at('#!/bin/bash -e\n[ -n "$X" ]\nexec server'))).toEqual(['will-not-start medium']);
    expect(ids(at('#!/bin/bash\nfalse\nexec server'))).toEqual([]);
    expect(commands(at('#! /usr/bin/env bash\nexec server ${1^}'))).toEqual(['server X']);
    expect(ids(at('#!/usr/bin/env -S bash -e\nfalse\nexec server'))).toEqual(['will-not-start high']);
  });

  it('without a shell are their interpreter’s launch', () => {
    const [launch] = find(
      at('#!/usr/bin/env -S python3 -u\nprint(1)', { '/usr/bin/python3': binary }),
    ).launches;
    expect(launch).toMatchObject({ exe: '/usr/bin/python3', argv: ['python3', '-u', '/e', 'x'] });
  });

  it('with a carriage return behind the interpreter are not found', () => {
    expect(find(at('#!/bin/sh\r\nexec server\r\n')).findings).toMatchObject([
      {
        id: 'will-not-start',
        message: '/e needs the interpreter "/bin/sh\\r", which the image does not have',
      },
    ]);
  });

  it('without a first line run only from a shell', () => {
    expect(ids(at('exec server'))).toEqual(['will-not-start high']);
    expect(sh('/e', { files: { '/e': { text: 'exec server "$@"', mode: 0o755 } } })).toEqual(['server']);
  });

  it('with wrong syntax run up to it', () => {
    const { launches, findings } = find(at('#!/bin/sh\nother &\nif then\nserver'));
    expect(launches.map(({ argv }) => argv)).toEqual([['other'], ['server']]);
    expect(findings).toMatchObject([
      { id: 'will-not-start' },
      { id: 'entrypoint-not-followed', evidence: [{ path: '/e', line: 3 }] },
    ]);
  });

  it('can be followed where the file tree has no system programs at all', () => {
    const files = {
      '/e.sh': { text: '#!/bin/sh\nsed -i s/a/b/ /c\ncat /c\nexec server', mode: 0o755 },
      '/c': 'a\n',
    };
    const [launch] = find({ bare: true, files, cmd: ['/e.sh'] }).launches;
    expect(launch?.rootfs.readText('/c')).toBe('b\n');
  });

  it('miss tools that the image lacks', () => {
    const files = { '/usr/bin/cat': binary, '/bin/sh': binary };
    const text = 'command -v sed >/dev/null && exec server with-sed; sed x; exec server $?';
    expect(commands({ bare: true, files, cmd: ['/bin/sh', '-c', text] })).toEqual(['server 127']);
  });
});

describe('shell form', () => {
  it('runs the text', () => {
    expect(sh('server -p $PORT', { env: { PORT: '80' } })).toEqual(['server -p 80']);
    expect(sh('cd /srv; true && server')).toEqual(['server']);
    expect(
      commands({
        cmd: ['bash', '-lc', 'server $0 $1', 'a', 'b'],
        files: { '/etc/profile': 'PATH=/usr/bin\n' },
      }),
    ).toEqual(['server a b']);
    expect(commands({ cmd: ['bash', '-o', 'pipefail', '-euc', 'server $X'] })).toEqual([]);
    expect(commands({ entrypoint: ['/bin/sh', '-c', 'exec server $@'], cmd: ['ignored', 'a'] })).toEqual([
      'server a',
    ]);
    expect(
      commands({ cmd: ['busybox', 'sh', '-c', 'server x'], files: { '/usr/bin/busybox': binary } }),
    ).toEqual(['server x']);
  });

  it('has a process for each server that it starts', () => {
    expect(sh('server 1 & other 2 & wait')).toEqual(['server 1', 'other 2']);
    expect(sh('server 1 & exec other 2')).toEqual(['server 1', 'other 2']);
    expect(sh('(server 1; other never) & other 2')).toEqual(['server 1', 'other 2']);
    expect(sh('server 1 | tee log')).toEqual(['server 1']);
    expect(sh('server 1; other never')).toEqual(['server 1']);
    expect(sh('daemon -x; server 2', { files: { '/usr/bin/daemon': binary } })).toEqual([
      'daemon -x',
      'server 2',
    ]);
    expect(sh('checker && server 2', { files: { '/usr/bin/checker': binary } })).toEqual(['server 2']);
    expect(sh('server 1 & sleep infinity')).toEqual(['server 1']);
    expect(sh('server 1 & tail -f /dev/null; other never')).toEqual(['server 1']);
    expect(sh('server 1 & wait -n; other 2')).toEqual(['server 1']);
  });

  it('starts no server that it ends again', () => {
    expect(sh('other --temporary & pid=$!; sleep 2; kill $pid; wait $pid; exec server')).toEqual(['server']);
    expect(sh('other & pid=$!; kill -0 $pid; exec server')).toEqual(['other', 'server']);
  });

  it('asks what a starter really runs', () => {
    const files = { '/usr/bin/starter': binary, '/opt/server': binary };
    expect(sh('starter -a', { files })).toEqual(['/opt/server -a']);
    expect(sh('starter --detach; exec other', { files })).toEqual(['/opt/server --detach', 'other']);
  });

  it('takes unknown programs to end, except the last', () => {
    const files = { '/usr/bin/setup': binary, '/usr/bin/app': binary };
    expect(sh('setup a; app b', { files })).toEqual(['app b']);
    expect(sh('setup a && exec server', { files })).toEqual(['server']);
    expect(sh('app b; exit $?', { files })).toEqual(['app b']);
    expect(sh('while true; do app b; sleep 1; done', { files })).toEqual(['app b']);
    expect(sh('set -e; setup a; if [ -e /made ]; then server; fi; app', { files })).toEqual(['app']);
  });

  it.each([
    ['strange; if [ $? != 0 ]; then server a & fi; server b', ['server a ?', 'server b']],
    ['strange\n[ $? = 0 ] || exit 3\nserver b', ['server b']],
    ['f() { strange >/dev/null; }; f; test $? -eq 0 && server a; server b', ['server a ?', 'server b ?']],
    ['set -e; strange; [ $? = 0 ] || server a; server b', ['server b']],
  ])('does not know the status that a script looks at afterwards: %s', (text, expected) => {
    const { launches } = find({ cmd: ['/bin/sh', '-c', text], files: { '/usr/bin/strange': binary } });
    const shown = launches.map(
      ({ argv, certainty }) => argv.join(' ') + (certainty === 'certain' ? '' : ' ?'),
    );
    expect(shown.sort()).toEqual(expected);
  });

  it('knows the files that a script has written when the server starts', () => {
    const [first, second] = find({
      cmd: ['sh', '-c', 'echo a > /run/c; other & echo b >> /run/c; exec server'],
    }).launches;
    expect(first?.rootfs.readText('/run/c')).toBe('a\n');
    expect(second?.rootfs.readText('/run/c')).toBe('a\nb\n');
  });
});

describe('other ways to start', () => {
  it('follows service scripts', () => {
    const files = {
      '/etc/init.d/web': {
        text: '#!/bin/sh\ncase "$1" in start) start-stop-daemon --start --exec /usr/sbin/daemon -- -c /etc/web ;; esac\n',
        mode: 0o755,
      },
      '/usr/sbin/daemon': binary,
      '/usr/sbin/service': binary,
    };
    expect(sh('service web start && tail -f /var/log/web', { files })).toEqual([
      '/usr/sbin/daemon -c /etc/web',
    ]);
    expect(sh('/etc/init.d/web start; exec server', { files })).toEqual([
      '/usr/sbin/daemon -c /etc/web',
      'server',
    ]);
  });

  it('finds no server in a shell that reads nothing', () => {
    expect(find({ cmd: ['bash'] })).toEqual({ launches: [], findings: [] });
  });
});

it.each([
  ['eval "a=$x"', []],
  ['eval "a=(" "$x"', ['entrypoint-not-followed']],
])('goes on behind evaluated text of which part is not known: %s', (line, found) => {
  const text = `x=$(ask '(' "a b"); ${line}; exec server "$PORT"`;
  const files = { '/usr/bin/ask': binary };
  const { launches, findings } = find({ cmd: ['bash', '-c', text], files, env: { PORT: '80' } });
  expect(launches.map(({ argv, certainty }) => [argv, certainty])).toEqual([[['server', '80'], 'certain']]);
  expect(findings.map(({ id }) => id)).toEqual(found);
});
