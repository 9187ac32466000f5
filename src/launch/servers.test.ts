import { describe, expect, it } from 'vitest';
import type { Ending, Launch, Oracle } from '../model/launch.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { findLaunches } from './launches.ts';
import { system } from './test-kit.ts';

const program = { text: '\x7fELF', mode: 0o755 };

/** `server` stays, `server -d` goes to the background, `server -t` ends; `bad` and `maybe` refuse, `ctl` signals. */
const oracle: Oracle = {
  fate: ({ argv: [name, option] }) =>
    name !== 'server' ? 'unknown' : option === '-d' ? 'detaches' : option === '-t' ? 'ends' : 'stays',
  becomes: () => undefined,
  effects: ({ argv: [name, action] }, started) => {
    if (name !== 'ctl') return undefined;
    const servers = started.filter(({ argv }) => argv[0] === 'server');
    const gone = [{ path: '/etc/a', gone: true as const }];
    return {
      status: 0,
      changes: action === 'clean' ? gone : [{ path: '/etc/b', link: 'a' }],
      stops: action === 'stop' ? servers : [],
      reloads: action === 'reload' ? servers : [],
    };
  },
  ending: ({ argv }, running): Ending | undefined => {
    const ending = { status: 3, why: 'it is bad', certain: true, byOthers: false };
    if (argv.includes('bad')) return ending;
    if (argv.includes('maybe')) return { ...ending, certain: false };
    return running.length > 0 && !argv.includes('-t') ? { ...ending, byOthers: true } : undefined;
  },
};

function start(script: string) {
  const files = {
    '/usr/bin/server': program,
    '/usr/bin/ctl': program,
    '/usr/bin/strange': program,
    '/etc/a': '1',
  };
  const rootfs = memoryRootfs(system(files));
  const given = { entrypoint: ['bash', '-c', script], cmd: [], env: {}, cwd: '/', user: '' };
  return findLaunches(given, rootfs, oracle, { ipv6: true });
}

const show = ({ argv, certainty }: Launch) => argv.join(' ') + (certainty === 'certain' ? '' : ' ?');
const launches = (script: string) => start(script).launches.map(show);

describe('a server or a check that ends at once', () => {
  it.each([
    ['server -t bad || server b', ['server b']],
    ['server -t bad && server b', []],
    ['server -t && server b', ['server b']],
    ['server bad; server b', ['server bad', 'server b']],
    ['set -e; server bad; server b', []],
    ['server bad', ['server bad']],
    ['server bad & server b', ['server bad', 'server b']],
    ['server bad & wait $! || server b', ['server bad', 'server b']],
    ['server bad & pid=$!; wait $pid; [ $? = 3 ] && server b', ['server bad', 'server b']],
    ['server a & server bad & wait -n; exit $?', []],
    ['server bad & kill -0 $! || server b', ['server bad', 'server b']],
    ['until server -t bad; do sleep 1; done; server b', ['server b']],
  ])('%s', (script, expected) => {
    expect(launches(script)).toEqual(expected);
  });

  it('is looked at in both ways where only a missing file decides', () => {
    expect(launches('server maybe || server b')).toEqual(['server maybe', 'server b ?']);
    expect(launches('server -t maybe && server b')).toEqual(['server b']);
  });

  it('tells why', () => {
    expect(start('set -e; server bad; server b').findings).toMatchObject([
      { id: 'will-not-start', evidence: [{ text: expect.stringContaining('it is bad') }] },
    ]);
  });
});

describe('a server beside one that runs', () => {
  it.each([
    ['server -d a; server b || server -t', ['server -d a']],
    ['server -d a; server b', []],
    ['server -d a; ctl stop; server b', ['server b']],
    // Both may run: what has happened in between can't be known.
    ['server -d a; strange; server b', ['server -d a', 'server b']],
    ['server -d a; kill $(cat /run/a.pid); server b', ['server -d a', 'server b']],
  ])('%s', (script, expected) => {
    expect(launches(script)).toEqual(expected);
  });

  it.each(['HUP', 'SIGUSR1', '10', 'usr2', 's WINCH', 'n 12', '0'])('goes on after kill -%s', (signal) => {
    expect(launches(`server a & pid=$!; kill -${signal} $pid; server -t && wait`)).toEqual(['server a']);
    expect(launches(`server -d a; kill -${signal} $(cat /run/a.pid); server b || sleep inf`)).toEqual([
      'server -d a',
    ]);
    expect(launches(`server -d a; env kill -${signal} 7; server b || sleep inf`)).toEqual(['server -d a']);
  });

  it.each(['TERM', 'SIGINT', 'QUIT', '9', 's KILL', 's 15', '-', 'KILL -'])('ends by kill -%s', (signal) => {
    const target = signal.endsWith('-') ? '-$pid' : '$pid';
    expect(launches(`server a & pid=$!; kill -${signal} ${target}; server b`)).toEqual(['server b']);
  });

  it('is ended after it has read its files again', () => {
    expect(launches('server a & kill -HUP $!; kill $!; server b')).toEqual(['server b']);
  });

  it('reads its files again', () => {
    const text = (script: string) => start(script).launches[0]?.rootfs.readText('/etc/a');
    expect(text('server -d a; echo 2 > /etc/a; sleep inf')).toBe('1');
    expect(text('server -d a; echo 2 > /etc/a; ctl reload; sleep inf')).toBe('2\n');
    expect(text('server -d a; echo 2 > /etc/a; kill -s HUP $(cat /run/a.pid); sleep inf')).toBe('2\n');
    expect(text('server a & echo 2 > /etc/a; kill -1 $!; wait')).toBe('2\n');
    expect(text('server -d a; echo 2 > /etc/a; pkill -USR1 server; sleep inf')).toBe('1');
  });
});

it('programs make links and remove files', () => {
  const [launch] = start('ctl clean; ctl link; server a').launches;
  expect(launch?.rootfs.readText('/etc/a')).toBeUndefined();
  expect(launch?.rootfs.findLink('/etc/b')?.target).toBe('a');
});
