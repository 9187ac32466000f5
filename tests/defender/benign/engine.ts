import { network } from '../containers.ts';
import type { BenignDay } from '../entry.ts';

const http = 'tcp 0.0.0.0:80';
const cache = 'tcp 0.0.0.0:6379';
const nginx = { image: 'nginx', ready: [http], finally: [http], row: 14 } as const;
const redis = { image: 'redis', ready: [cache], finally: [cache], row: 14 } as const;

/** A program that no pack knows. */
const unknownServer = (port: number) =>
  [
    'perl',
    '-MIO::Socket::INET',
    '-e',
    `$l = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die; sleep`,
  ] as const;

/** What operators do with containers. */
export const engineDays: readonly BenignDay[] = [
  {
    ...nginx,
    row: 8,
    name: 'a network with a resolver of its own',
    options: ['--network', network, '--hostname', 'web'],
    steps: [
      { exec: ['getent', 'hosts', 'web'] },
      { exec: ['sh', '-c', 'getent hosts nobody.invalid || true'] },
    ],
  },
  {
    ...nginx,
    name: 'paused and let go',
    steps: [{ docker: ['pause', '{id}'] }, { docker: ['unpause', '{id}'] }],
  },
  {
    ...nginx,
    name: 'stopped and started',
    steps: [{ docker: ['stop', '--time', '5', '{id}'] }, { docker: ['start', '{id}'] }, { judged: http }],
  },
  {
    ...redis,
    name: 'killed and started again, five times',
    steps: [
      { host: ['sh', '-c', 'for i in 1 2 3 4 5; do docker kill {id}; docker start {id}; done'] },
      { judged: cache },
    ],
  },
  {
    ...redis,
    name: 'more of the same beside, and fewer',
    steps: [{ beside: 'redis' }, { beside: 'redis' }, { docker: ['stop', '--time', '5', '{beside}'] }],
  },
  { ...nginx, row: 8, name: 'published to everybody', options: ['--publish', '80'], steps: [] },
  {
    image: 'redis',
    row: 8,
    name: "in the host's network",
    alone: true,
    options: ['--network', 'host'],
    command: ['--protected-mode', 'no', '--port', '16379'],
    ready: ['tcp 0.0.0.0:16379'],
    finally: ['tcp 0.0.0.0:16379'],
    steps: [],
  },
  { ...redis, name: 'below an init of the engine', options: ['--init'], steps: [] },
  { ...redis, name: "among the host's processes", options: ['--pid', 'host'], steps: [] },
  {
    ...nginx,
    name: 'with files that can not be changed, and folders in memory',
    options: ['--read-only', '--tmpfs', '/run', '--tmpfs', '/var/log/nginx', '--tmpfs', '/var/lib/nginx'],
    steps: [{ exec: ['nginx', '-s', 'reload'] }],
  },
  {
    ...redis,
    name: 'as another user, in a volume',
    options: ['--user', '4321', '--volume', '/data', '--workdir', '/data'],
    steps: [],
  },
  {
    ...redis,
    row: 6,
    name: 'a health check',
    options: ['--health-cmd', 'redis-cli ping', '--health-interval', '200ms'],
    steps: [
      {
        host: [
          ...['timeout', '60', 'sh', '-c'],
          'until docker inspect --format "{{.State.Health.Status}}" {id} | grep -q ^healthy; do :; done',
        ],
      },
    ],
  },
  {
    image: 'no server',
    row: 13,
    name: 'a server that no pack knows',
    options: ['--expose', '7070', '--expose', '7071/udp'],
    command: unknownServer(7070),
    ready: ['tcp 0.0.0.0:7070'],
    finally: ['tcp 0.0.0.0:7070'],
    steps: [{ docker: ['restart', '--time', '0', '{id}'] }, { judged: 'tcp 0.0.0.0:7070' }],
  },
  {
    image: 'no server',
    row: 9,
    name: 'a server that no pack knows opens ports for its answers',
    command: [
      ...['perl', '-MIO::Socket::INET', '-e'],
      '$l = IO::Socket::INET->new(LocalPort => 21, Listen => 5) or die; for (1 .. 20) { push @s, IO::Socket::INET->new(Listen => 1) or die } sleep',
    ],
    ready: ['tcp 0.0.0.0:21'],
    finally: ['tcp 0.0.0.0:21'],
    steps: [],
  },
  {
    ...nginx,
    row: 5,
    name: 'clients in sessions',
    steps: [
      {
        exec: [
          'perl',
          '-MIO::Socket::INET',
          '-e',
          'IO::Socket::INET->new(PeerAddr => "127.0.0.1:80") or die for 1 .. 20',
        ],
      },
      { exec: ['sh', '-c', 'cat /proc/net/tcp; ps; nginx -T; nginx -v'] },
    ],
  },
];
