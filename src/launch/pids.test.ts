import { describe, expect, it } from 'vitest';
import type { Launch, Oracle } from '../model/launch.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { findLaunches } from './launches.ts';
import { system } from './test-kit.ts';

const program = { text: '\x7fELF', mode: 0o755 };

/** `server NAME` stays, `server NAME -d` goes to the background; each writes its process id to /run/NAME.pid. */
const oracle: Oracle = {
  fate: ({ exe, argv }) =>
    !/\/(server|cache)$/.test(exe ?? '') ? 'unknown' : argv.includes('-d') ? 'detaches' : 'stays',
  becomes: ({ argv: [name, ...rest] }) =>
    name === 'starter' ? { argv: ['server', ...rest], text: '', detaches: true } : undefined,
  pidFile: ({ argv: [, name = ''] }) => `/run/${name}.pid`,
};

function start(text: string) {
  const files = Object.fromEntries(
    ['server', 'cache', 'starter', 'strange'].map((name) => [`/usr/bin/${name}`, program]),
  );
  const rootfs = memoryRootfs(system(files));
  const given = { entrypoint: ['bash', '-c', text], cmd: [], env: {}, cwd: '/', user: '' };
  return findLaunches(given, rootfs, oracle, { ipv6: true }).launches;
}

const show = ({ argv, certainty }: Launch) => (argv[1] ?? '') + (certainty === 'certain' ? '' : ' ?');
const launches = (text: string) => start(text).map(show);

describe('a temporary server is ended by its process id', () => {
  it.each([
    'server a & kill $(cat /run/a.pid)',
    'server a & kill -TERM "$(< /run/a.pid)"; wait',
    'server a -d; kill -s INT `head -n1 /run/a.pid`',
    'server a -d; read -r pid < /run/a.pid; kill "$pid"',
    'starter a; pid=$(cat /run/a.pid); env kill "$pid"',
    '( exec server a ) & while [ ! -s /run/a.pid ]; do sleep 1; done; xargs kill < /run/a.pid',
    'server a -d; kill $(cat /run/a.pid); while [ -e /run/a.pid ]; do sleep 1; done',
    'server a & pid=$!; kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 1; done',
    'server a -d; start-stop-daemon --stop --quiet --retry 5 --pidfile /run/a.pid',
    'server a -d; start-stop-daemon -K -p /run/a.pid -x /usr/bin/server',
    'server a -d; start-stop-daemon --stop --name server',
    'start-stop-daemon -S -b -m -p /run/b.pid -x /usr/bin/server -- a; kill $(cat /run/b.pid)',
    'server a & pkill server',
    'server a & pkill -9 -x server || exit 1',
    "server a -d; pkill -f '^server a'",
    'server a -d; pkill -F /run/a.pid',
    'server a -d; p=$(</run/a.pid); if [[ $p -gt 0 && $p =~ ^[0-9]+$ ]] && [ "$p" -ge 2 ]; then kill $p; fi',
    'server a -d; p=$(cat /run/a.pid); [ -z "$p" ] || [ "$p" = "" ] || [[ $p == none ]] || { [ -n "$p" ] && kill $p; }',
    'server a -d; case $(cat /run/a.pid) in ""|*[!0-9]*) exit 1 ;; *) kill $(cat /run/a.pid) ;; esac',
    'server a -d; killall -q server',
    'server a -d; kill -9 $(pidof server)',
    'server a & kill $(pgrep -f "server a")',
    'server a & pgrep server | xargs kill',
    'server a & pgrep server | while read -r p; do kill $p; done; wait',
  ])('%s', (text) => {
    expect(launches(`${text}; exec cache b`)).toEqual(['b']);
  });

  it.each([
    ['of another one', 'server a -d; server b -d; kill $(cat /run/b.pid)', ['a']],
    ['that is only asked after', 'server a & kill -0 $(cat /run/a.pid) && sleep inf', ['a']],
    ['of a part of its name', 'server a & pkill -x serve; pkill cache', ['a']],
    ['of another name', 'server a & killall serv cache', ['a']],
    ['of a signal that it makes something else of', 'server a & pkill -USR1 server', ['a']],
    [
      'of a program of another name',
      'server a -d; start-stop-daemon -K -p /run/a.pid -x /usr/bin/cache',
      ['a'],
    ],
  ])('but not by one %s', (_, text, expected) => {
    expect(launches(`${text}; sleep inf`)).toEqual(expected);
  });
});

describe('what scripts find out of processes', () => {
  it.each([
    ['server a & pidof server >/dev/null && exec cache b', ['a', 'b']],
    ['pidof server || exec cache b', ['b']],
    ['server a -d; kill $(pidof server); pgrep server || exec cache b', ['b']],
    ['server a & pgrep -x server && exec cache b', ['a', 'b']],
    ['start-stop-daemon --status --pidfile /run/a.pid || exec cache b', ['b']],
    ['server a -d; start-stop-daemon --status --pidfile /run/a.pid && exec cache b', ['a', 'b']],
    ['server a -d; start-stop-daemon -S -p /run/a.pid -x /usr/bin/server -- c || exec cache b', ['a', 'b']],
    [
      'server a -d; start-stop-daemon -S -o -p /run/a.pid -x /usr/bin/server -- c && exec cache b',
      ['a', 'b'],
    ],
    ['start-stop-daemon -K -p /run/a.pid || exec cache b', ['b']],
    ['start-stop-daemon -K --oknodo -p /run/a.pid && exec cache b', ['b']],
    // A program that nothing is known of may be what is asked after.
    ['strange; pidof server && exec cache b; exec cache c', ['b ?', 'c ?']],
    ['server a -d; wait; exec cache b', ['a', 'b']],
    ['starter a; wait; exec cache b', ['a', 'b']],
  ])('%s', (text, expected) => {
    expect(launches(text)).toEqual(expected);
  });
});

it('a pid file is there for those that come later, and gone with its server', () => {
  const [a, b] = start('server a -d; server b -d; kill $(cat /run/a.pid); exec cache c');
  expect(a?.rootfs.isFile('/run/b.pid')).toBe(false);
  expect([b?.argv[1], b?.rootfs.isFile('/run/b.pid'), b?.rootfs.isFile('/run/a.pid')]).toEqual([
    'c',
    true,
    false,
  ]);
});
