import type { BenignDay } from '../entry.ts';

const http = 'tcp 0.0.0.0:80';
const nginx = { image: 'nginx', ready: [http], finally: [http] } as const;

/** What servers do all day. */
export const benignDays: readonly BenignDay[] = [
  { ...nginx, row: 1, name: 'nginx starts', steps: [] },
  {
    ...nginx,
    row: 1,
    name: 'nginx reloads',
    steps: [{ exec: ['nginx', '-s', 'reload'] }, { until: 'nginx -t' }],
  },
  {
    ...nginx,
    row: 1,
    name: 'nginx restarts with its container',
    steps: [{ docker: ['restart', '--time', '5', '{id}'] }, { judged: http }],
  },
  {
    ...nginx,
    row: 3,
    name: 'nginx is upgraded in place',
    image: 'nginx, started by a script',
    steps: [
      { exec: ['sh', '-c', 'kill -USR2 $(cat /run/nginx.pid)'] },
      { until: 'test -s /run/nginx.pid.oldbin' },
      { exec: ['sh', '-c', 'kill -QUIT $(cat /run/nginx.pid.oldbin)'] },
      { until: 'test ! -e /run/nginx.pid.oldbin' },
    ],
  },
  {
    ...nginx,
    row: 11,
    name: 'nginx opens its logs again',
    steps: [
      { exec: ['mv', '/var/log/nginx/access.log', '/var/log/nginx/access.log.1'] },
      { exec: ['nginx', '-s', 'reopen'] },
      { until: 'test -e /var/log/nginx/access.log' },
    ],
  },
  {
    row: 1,
    name: 'Apache starts and restarts gracefully',
    image: 'apache',
    ready: [http],
    finally: [http],
    steps: [{ exec: ['apache2ctl', 'graceful'] }, { until: 'apache2ctl configtest' }],
  },
  {
    row: 1,
    name: 'Apache restarts under a script',
    image: 'apache under a script',
    ready: [http],
    finally: [http],
    steps: [
      { exec: ['apache2ctl', 'stop'] },
      { until: '! pgrep apache2' },
      { exec: ['apache2ctl', 'start'] },
    ],
  },
  {
    row: 6,
    name: 'Redis is asked for its health, and for DNS names',
    image: 'redis',
    ready: ['tcp 0.0.0.0:6379'],
    finally: ['tcp 0.0.0.0:6379'],
    steps: [
      { exec: ['redis-cli', 'ping'] },
      {
        exec: [
          'perl',
          '-e',
          'use Socket; for (1 .. 50) { socket(my $s, PF_INET, SOCK_DGRAM, 0); send($s, "x", 0, pack_sockaddr_in(9, INADDR_LOOPBACK)) }',
        ],
      },
    ],
  },
  {
    row: 1,
    name: 'PostgreSQL starts and reloads',
    image: 'postgresql',
    ready: ['tcp 127.0.0.1:5432'],
    finally: ['tcp 127.0.0.1:5432'],
    steps: [{ exec: ['pg_ctlcluster', '15', 'main', 'reload'] }],
  },
  {
    row: 1,
    name: 'PostgreSQL initialises with a temporary server',
    image: 'postgresql, first run',
    ready: ['tcp 127.0.0.1:5432'],
    finally: ['tcp 127.0.0.1:5432'],
    steps: [],
  },
  {
    row: 1,
    name: 'HAProxy reloads its workers',
    image: 'haproxy',
    ready: ['tcp 0.0.0.0:8080'],
    finally: ['tcp 0.0.0.0:8080'],
    steps: [{ docker: ['kill', '--signal', 'USR2', '{id}'] }],
  },
  {
    row: 13,
    name: 'mongod with a port of its command line',
    image: 'mongod',
    command: ['mongod', '--port', '27099'],
    ready: ['tcp 127.0.0.1:27099'],
    finally: ['tcp 127.0.0.1:27099'],
    steps: [],
  },
  {
    ...nginx,
    row: 8,
    name: 'a published port',
    options: ['--publish', '127.0.0.1::80'],
    steps: [],
  },
  {
    row: 16,
    name: 'a build runs many programs',
    image: 'no server',
    steps: [{ exec: ['sh', '-c', 'i=0; while [ $i -lt 500 ]; do /bin/true; i=$((i+1)); done'] }],
  },
  {
    ...nginx,
    row: 17,
    name: 'a second start fails, since the port is taken',
    steps: [{ exec: ['sh', '-c', 'nginx -g "pid /run/second;" 2>/dev/null || true'] }],
  },
];
