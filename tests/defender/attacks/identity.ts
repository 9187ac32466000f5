import type { Attack } from '../entry.ts';

const m = '/usr/local/bin/m';
const tool = { copy: 'mischief', to: m } as const;
const nginx = { image: 'nginx', ready: ['tcp 0.0.0.0:80'], shares: true } as const;
const perl = (address: string) =>
  `use IO::Socket::INET; $s = IO::Socket::INET->new(LocalAddr => "${address}", Listen => 5, ReuseAddr => 1, ReusePort => 1) or die; sleep`;
const stopNginx = [
  { exec: ['sh', '-c', 'kill $(cat /run/nginx.pid)'] },
  { until: '! kill -0 $(cat /run/nginx.pid) 2>/dev/null' },
] as const;

/** Ways to seem somebody else. */
export const identityAttacks: readonly Attack[] = [
  {
    row: 0,
    name: 'Apache is killed, another program takes its port',
    image: 'apache under a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { exec: ['pkill', '-9', 'apache2'] },
      { until: '! pgrep apache2' },
      { start: ['perl', '-e', perl('0.0.0.0:80')] },
    ],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: '/usr/bin/perl' }],
  },
  {
    row: 12,
    name: "shares the server's port by SO_REUSEPORT",
    image: 'nginx that shares its port',
    ready: ['tcp 0.0.0.0:80'],
    steps: [tool, { start: [m, 'share', '80'] }],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: m }],
  },
  {
    row: 13,
    name: "the server's own file replaced",
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { copy: 'mischief', to: '/usr/sbin/nginx.new' },
      { exec: ['mv', '/usr/sbin/nginx.new', '/usr/sbin/nginx'] },
      ...stopNginx,
      { start: ['/usr/sbin/nginx', 'tcp', '80'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:80', exe: '/usr/sbin/nginx' }],
  },
  {
    ...nginx,
    row: 14,
    name: 'a program dropped among the files',
    steps: [
      tool,
      { exec: ['cp', m, '/usr/lib/nginx/nginx'] },
      { start: ['/usr/lib/nginx/nginx', 'tcp', '4468'] },
    ],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4468', exe: '/usr/lib/nginx/nginx' }],
  },
  {
    ...nginx,
    row: 15,
    name: 'a program without a file',
    steps: [tool, { start: [m, 'memory', '4460'] }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4460', exe: 'memfd:x' }],
  },
  {
    ...nginx,
    row: 16,
    name: 'takes its own file away',
    steps: [
      tool,
      { exec: ['cp', m, '/usr/local/bin/gone'] },
      { start: ['/usr/local/bin/gone', 'gone', '4461'] },
    ],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4461', exe: '/usr/local/bin/gone' }],
  },
  {
    ...nginx,
    row: 17,
    name: 'from a tmpfs',
    options: ['--tmpfs', '/mnt:exec'],
    steps: [tool, { exec: ['cp', m, '/mnt/nginx'] }, { start: ['/mnt/nginx', 'tcp', '4462'] }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4462', exe: '/mnt/nginx' }],
  },
  {
    row: 18,
    name: 'shows the name of nginx on its port',
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [tool, ...stopNginx, { start: [m, 'called', 'nginx: master process', '80'] }],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: m }],
  },
  {
    row: 19,
    name: 'a hard link called as the server',
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      tool,
      ...stopNginx,
      { exec: ['ln', m, '/usr/local/bin/nginx'] },
      { start: ['/usr/local/bin/nginx', 'tcp', '80'] },
    ],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: '/usr/local/bin/nginx' }],
  },
  {
    row: 20,
    name: "an interpreter of the image on the server's port",
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [...stopNginx, { start: ['perl', '-e', perl('0.0.0.0:80')] }],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: '/usr/bin/perl' }],
  },
  {
    ...nginx,
    row: 22,
    name: 'a socket that outlives the program which opened it',
    steps: [tool, { start: [m, 'heir', '4463', '/bin/sleep', '600'] }],
    // By both of its names, where it was looked at under the first one too.
    expect: [
      { verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4463', exe: '/usr/bin/sleep', or: [m], times: 2 },
    ],
  },
  {
    ...nginx,
    row: 23,
    name: 'a listener handed to another process',
    steps: [
      tool,
      { exec: ['cp', m, '/usr/local/bin/taker'] },
      { start: ['/usr/local/bin/taker', 'take', '/run/s'] },
      { exec: [m, 'give', '/run/s', '4464'] },
    ],
    // By both, where it was looked at before it was handed over too.
    expect: [
      {
        verdict: 'unknown-listener',
        socket: 'tcp 0.0.0.0:4464',
        exe: '/usr/local/bin/taker',
        or: [m],
        times: 2,
      },
    ],
  },
  {
    ...nginx,
    row: 24,
    name: "the server's listener copied out of it",
    shares: false,
    options: ['--cap-add', 'SYS_PTRACE', '--security-opt', 'seccomp=unconfined'],
    steps: [tool, { start: ['sh', '-c', `exec ${m} steal 1 3 30`] }],
    expect: ['tcp 0.0.0.0:80', 'tcp [::]:80'].map((socket) => ({ verdict: 'port-hijack', socket, exe: m })),
  },
  {
    ...nginx,
    row: 25,
    name: 'nobody is its parent',
    steps: [tool, { start: [m, 'orphan', '4465'] }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4465', exe: m }],
  },
  {
    row: 31,
    name: 'a second nginx in a session',
    image: 'nginx',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { exec: ['sh', '-c', 'printf "pid /run/b; events {} http { server { listen 8090; } }" >/tmp/b.conf'] },
      { start: ['nginx', '-c', '/tmp/b.conf'] },
    ],
    expect: [{ verdict: 'unexpected-port', socket: 'tcp 0.0.0.0:8090', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 43,
    name: 'a line put into the config, then a reload',
    image: 'nginx',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { exec: ['sh', '-c', 'echo "server { listen 8091; }" >/etc/nginx/conf.d/x.conf; nginx -s reload'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:8091', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 18,
    name: 'at the place of the server, in a root of its own',
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      tool,
      ...stopNginx,
      { exec: ['sh', '-c', `mkdir -p /tmp/jail/usr/sbin; cp ${m} /tmp/jail/usr/sbin/nginx`] },
      { start: ['chroot', '/tmp/jail', '/usr/sbin/nginx', 'tcp', '80'] },
    ],
    expect: [{ verdict: 'port-hijack', socket: 'tcp 0.0.0.0:80', exe: '/tmp/jail/usr/sbin/nginx' }],
  },
  {
    row: 13,
    name: "at the server's place for a moment only",
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { copy: 'mischief', to: '/tmp/kept' },
      ...stopNginx,
      {
        exec: [
          'sh',
          '-c',
          'cp -p /usr/sbin/nginx /usr/sbin/real; ln /tmp/kept /usr/sbin/new; mv /usr/sbin/new /usr/sbin/nginx',
        ],
      },
      { start: ['sh', '-c', '/usr/sbin/nginx tcp 80 & sleep 0.1; mv /usr/sbin/real /usr/sbin/nginx; wait'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:80', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 17,
    name: 'mounted over the server',
    image: 'nginx, started by a script',
    options: ['--cap-add', 'SYS_ADMIN', '--security-opt', 'apparmor=unconfined'],
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      tool,
      ...stopNginx,
      {
        exec: [
          'sh',
          '-c',
          `mkdir /tmp/t; mount -t tmpfs none /tmp/t; cp ${m} /tmp/t/m; mount --bind /tmp/t/m /usr/sbin/nginx`,
        ],
      },
      { start: ['/usr/sbin/nginx', 'tcp', '80'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:80', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 31,
    name: "another nginx on the server's port, with a config of its own",
    image: 'nginx, started by a script',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      ...stopNginx,
      { exec: ['sh', '-c', 'printf "pid /run/c; events {} http { server { listen 80; } }" >/tmp/c.conf'] },
      { start: ['nginx', '-c', '/tmp/c.conf'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:80', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 43,
    name: 'a line put into the config, then a restart of the container',
    image: 'nginx',
    ready: ['tcp 0.0.0.0:80'],
    steps: [
      { exec: ['sh', '-c', 'echo "server { listen 8092; }" >/etc/nginx/conf.d/x.conf'] },
      { docker: ['restart', '--time', '5', '{id}'] },
    ],
    expect: [{ verdict: 'altered-app', socket: 'tcp 0.0.0.0:8092', exe: '/usr/sbin/nginx' }],
  },
  {
    row: 44,
    name: 'a wider address than configured',
    image: 'redis on loopback',
    ready: ['tcp 127.0.0.1:6379'],
    steps: [{ exec: ['redis-cli', 'config', 'set', 'bind', '0.0.0.0'] }],
    expect: [
      {
        verdict: 'wider-address',
        socket: 'tcp 0.0.0.0:6379',
        exe: '/usr/bin/redis-check-rdb',
        or: ['/usr/bin/redis-server'],
      },
    ],
  },
  {
    ...nginx,
    row: 46,
    name: 'a name made to confuse those who read it',
    steps: [tool, { start: [m, 'named', '-1 [0] x\nnginx', '4466'] }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4466', exe: m }],
  },
  {
    row: 21,
    name: "a page's command opens a listener",
    image: 'apache with a page left behind',
    ready: ['tcp 0.0.0.0:80'],
    steps: [{ shell: `perl -e '${perl('0.0.0.0:4467')}' >/dev/null 2>&1 </dev/null &` }],
    expect: [{ verdict: 'unknown-listener', socket: 'tcp 0.0.0.0:4467', exe: '/usr/bin/perl' }],
  },
];
