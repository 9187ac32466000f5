import type { Attack } from '../entry.ts';
import { toolPath } from '../tools.ts';

const tool = { copy: 'mischief', to: '/usr/local/bin/m' } as const;
const nginx = { image: 'nginx', ready: ['tcp 0.0.0.0:80'] } as const;
const m = '/usr/local/bin/m';

/** A trick of the tool in a session, and one story of it. */
function trick(row: number, name: string, words: readonly string[], socket: string): Attack {
  return {
    ...nginx,
    row,
    name,
    shares: true,
    steps: [tool, { start: [m, ...words] }],
    expect: [{ verdict: 'unknown-listener', socket, exe: m }],
  };
}

const session = [
  trick(1, 'a listener on a port of nobody', ['tcp', '4444'], 'tcp 0.0.0.0:4444'),
  trick(2, 'listens and closes at once', ['flash', '4445'], 'tcp 0.0.0.0:4445'),
  trick(2, 'listens, closes and ends at once', ['blink', '4469'], 'tcp 0.0.0.0:4469'),
  trick(3, 'bind and listen through io_uring', ['uring', '4446'], 'tcp 0.0.0.0:4446'),
  trick(4, 'the same by a thread of the kernel', ['uring-polled', '4447'], 'tcp 0.0.0.0:4447'),
  trick(6, 'listens without a bind', ['unbound'], 'tcp 0.0.0.0:*'),
  trick(7, 'binds port 0', ['tcp', '0'], 'tcp 0.0.0.0:*'),
  trick(8, 'a UDP server', ['udp', '4448'], 'udp 0.0.0.0:4448'),
  trick(9, 'UDP that takes answers from anyone', ['autobind'], 'udp 0.0.0.0:*'),
  trick(10, 'IPv6 that takes IPv4', ['tcp', '4449', '::'], 'tcp [::]:4449'),
  trick(11, 'Multipath TCP', ['mptcp', '4450'], 'tcp 0.0.0.0:4450'),
  trick(37, 'after 2000 programs', ['execs', '2000', '4453'], 'tcp 0.0.0.0:4453'),
];

/** These need a right that containers don't have by themselves. */
const privileged = [
  trick(26, 'in a network of its own', ['newroom', '4451'], 'tcp 0.0.0.0:4451'),
  trick(35, 'behind a local socket', ['bridge', '4471'], 'tcp 0.0.0.0:4471'),
  trick(27, 'opened here, held from another network', ['leave', '4452'], 'tcp 0.0.0.0:4452'),
].map((attack) => ({
  ...attack,
  options: ['--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined'],
}));

/** Row 33 too. */
const below: Attack = {
  ...nginx,
  row: 32,
  name: 'takes packets and messages of IP, without a port',
  shares: true,
  steps: [tool, { start: [m, 'packet'] }, { start: [m, 'raw'] }],
  expect: [
    { verdict: 'unknown-listener', socket: 'packet :3', exe: m },
    { verdict: 'unknown-listener', socket: 'raw 0.0.0.0:1', exe: m },
  ],
};

/** Under the cover of many. */
const storm: Attack = {
  ...nginx,
  row: 38,
  name: 'after 3000 listeners',
  steps: [tool, { start: [m, 'storm', '3000', '4473'] }],
  expect: [
    // One that was seen while it was open, and all that were not.
    { verdict: 'unknown-listener', socket: 'tcp 127.0.0.1:*', exe: m, times: 2 },
    { verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4473', exe: m },
  ],
};

/** In networks that several containers share. */
const besides: readonly Attack[] = [
  {
    ...nginx,
    row: 28,
    name: "in another container's network",
    shares: true,
    steps: [
      { beside: 'no server', options: ['--network', 'container:{id}'] },
      { host: ['docker', 'cp', toolPath('mischief'), `{beside}:${m}`] },
      { docker: ['exec', '--detach', '{beside}', m, 'tcp', '4474'] },
    ],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4474', exe: m, ofBeside: true }],
  },
  {
    row: 30,
    name: 'in the first moment of a container, from a file of a mount',
    image: 'nginx',
    options: ['--volume', `${toolPath('mischief')}:${m}:ro`],
    command: ['sh', '-c', `${m} tcp 4470 & exec nginx -g "daemon off;"`],
    steps: [],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4470', exe: m }],
  },
  {
    row: 29,
    name: "in the host's network",
    image: 'no server',
    options: ['--network', 'host'],
    steps: [tool, { start: [m, 'tcp', '4475'] }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4475', exe: m }],
  },
  {
    row: 48,
    name: 'a proxy beside, on a published port',
    image: 'nginx',
    ready: ['tcp 0.0.0.0:80'],
    shares: true,
    steps: [
      { beside: 'no server', options: ['--publish', '127.0.0.1::4476'] },
      { host: ['docker', 'cp', toolPath('mischief'), `{beside}:${m}`] },
      { docker: ['exec', '--detach', '{beside}', m, 'tcp', '4476'] },
    ],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4476', exe: m, ofBeside: true }],
  },
  {
    ...nginx,
    row: 36,
    name: "the server's port led to another one",
    shares: true,
    steps: [
      tool,
      { start: [m, 'tcp', '4472'] },
      {
        host: [
          ...[
            'nsenter',
            '--target',
            '{pid}',
            '--net',
            'iptables',
            '--table',
            'nat',
            '--append',
            'PREROUTING',
          ],
          ...['--protocol', 'tcp', '--dport', '81', '--jump', 'REDIRECT', '--to-ports', '4472'],
        ],
      },
    ],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4472', exe: m }],
  },
];

/** Ways to open a socket. */
export const socketAttacks: readonly Attack[] = [...session, ...privileged, below, storm, ...besides];
