import type { Attack } from '../entry.ts';

const tool = { copy: 'mischief', to: '/usr/local/bin/m' } as const;
const nginx = { image: 'nginx', ready: ['tcp 0.0.0.0:80'] } as const;
const m = '/usr/local/bin/m';

/** A trick of the tool in a session, and one story of it. */
function trick(row: number, name: string, words: readonly string[], socket: string): Attack {
  return {
    ...nginx,
    row,
    name,
    steps: [tool, { start: [m, ...words] }],
    expect: [{ verdict: 'unknown-listener', socket, exe: m }],
  };
}

const session = [
  trick(1, 'a listener on a port of nobody', ['tcp', '4444'], 'tcp 0.0.0.0:4444'),
  trick(2, 'listens and closes at once', ['flash', '4445'], 'tcp 0.0.0.0:4445'),
  trick(3, 'bind and listen through io_uring', ['uring', '4446'], 'tcp 0.0.0.0:4446'),
  trick(4, 'the same by a thread of the kernel', ['uring-polled', '4447'], 'tcp 0.0.0.0:4447'),
  trick(6, 'listens without a bind', ['unbound'], 'tcp 0.0.0.0:*'),
  trick(7, 'binds port 0', ['tcp', '0'], 'tcp 0.0.0.0:*'),
  trick(8, 'a UDP server', ['udp', '4448'], 'udp 0.0.0.0:4448'),
  trick(9, 'UDP that takes answers from anyone', ['autobind'], 'udp 0.0.0.0:*'),
  trick(11, 'Multipath TCP', ['mptcp', '4450'], 'tcp 0.0.0.0:4450'),
  trick(37, 'after 500 programs', ['execs', '500', '4453'], 'tcp 0.0.0.0:4453'),
];

/** These need a right that containers don't have by themselves. */
const privileged = [
  trick(26, 'in a network of its own', ['newroom', '4451'], 'tcp 0.0.0.0:4451'),
  trick(27, 'opened here, held from another network', ['leave', '4452'], 'tcp 0.0.0.0:4452'),
].map((attack) => ({
  ...attack,
  options: ['--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined'],
}));

/** Ways to open a socket. */
export const socketAttacks: readonly Attack[] = [...session, ...privileged];
