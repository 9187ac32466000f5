import { describe, expect, it } from 'vitest';
import type { Process, Socket } from '../model/observation.ts';
import type { Listener } from '../model/profile.ts';
import { compare, type Holder } from './compare.ts';
import type { ExpectedListener, LiveProfile } from './live-profile.ts';

const nginx = (over: Partial<Listener> = {}, more: Partial<ExpectedListener> = {}): ExpectedListener => ({
  listener: {
    app: 'nginx',
    process: '/usr/sbin/nginx',
    transport: 'tcp',
    address: '0.0.0.0',
    port: 80,
    purpose: 'http',
    certainty: 'certain',
    evidence: [],
    ...over,
  },
  program: { path: '/usr/sbin/nginx', device: 1, inode: 2 },
  isByArguments: false,
  ...more,
});

const java = nginx(
  { app: 'tomcat', process: '/opt/java/bin/java', port: 8080, address: '::' },
  { program: { path: '/opt/java/bin/java', device: 1, inode: 3 }, isByArguments: true },
);

const profile = (...listeners: ExpectedListener[]): LiveProfile => ({
  listeners,
  configs: [],
  apps: [],
  packs: [],
  findings: [],
  isComplete: true,
});

const socket = (over: Partial<Socket> = {}): Socket => ({
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  inode: 9,
  namespace: 1,
  uid: 0,
  ...over,
});

function holder(
  exe: string,
  app?: string,
  over: Partial<Process> = {},
  distrust?: Holder['distrust'],
): Holder {
  const process: Process = {
    pid: 7,
    startTime: 1,
    exe,
    device: 1,
    inode: 2,
    origin: 'image',
    argv: [exe],
    isArgvLate: false,
    uid: 0,
    cwd: '/',
    entry: 'start',
    lineage: [],
    ...over,
  };
  return { process, app, distrust };
}

const server = holder('/usr/sbin/nginx', 'nginx');

describe('compare', () => {
  const cases: [string, Socket, Holder[], LiveProfile, string][] = [
    ['the app on its port', socket(), [server], profile(nginx()), 'expected'],
    [
      'a narrower address than configured',
      socket({ address: '10.0.0.2' }),
      [server],
      profile(nginx()),
      'expected',
    ],
    ['any address of IPv6 covers IPv4', socket(), [server], profile(nginx({ address: '::' })), 'expected'],
    [
      'a port of a range',
      socket({ port: 9203 }),
      [server],
      profile(nginx({ port: 9200, portEnd: 9300 })),
      'expected',
    ],
    [
      'a port that the kernel chose',
      socket({ port: 41234 }),
      [server],
      profile(nginx({ port: 0 })),
      'expected',
    ],
    [
      'loopback became any address',
      socket(),
      [server],
      profile(nginx({ address: '127.0.0.1' })),
      'wider-address',
    ],
    [
      'loopback became any address of IPv6',
      socket({ address: '::' }),
      [server],
      profile(nginx({ address: '127.0.0.1' })),
      'wider-address',
    ],
    ['a name that may be any address', socket(), [server], profile(nginx({ address: 'db' })), 'expected'],
    ['the app on another port', socket({ port: 81 }), [server], profile(nginx()), 'unexpected-port'],
    ['the same number of UDP', socket({ transport: 'udp' }), [server], profile(nginx()), 'unexpected-port'],
    ['another program on its port', socket(), [holder('/bin/nc')], profile(nginx()), 'port-hijack'],
    [
      'another program on its port, on loopback only',
      socket({ address: '127.0.0.1' }),
      [holder('/bin/nc')],
      profile(nginx()),
      'port-hijack',
    ],
    [
      'beside it, on an address that it does not take',
      socket({ address: '127.0.0.2' }),
      [holder('/bin/nc')],
      profile(nginx({ address: '127.0.0.1' })),
      'unknown-listener',
    ],
    [
      'another program elsewhere',
      socket({ port: 4444 }),
      [holder('/bin/nc')],
      profile(nginx()),
      'unknown-listener',
    ],
    [
      'another program that shares the socket of the app',
      socket(),
      [server, holder('/bin/nc')],
      profile(nginx()),
      'port-hijack',
    ],
    [
      'a copy under the name of the app, from elsewhere',
      socket(),
      [holder('/tmp/nginx', 'nginx', { origin: 'writable-layer' })],
      profile(nginx()),
      'port-hijack',
    ],
    [
      'the app by another path of the image',
      socket(),
      [holder('/usr/sbin/nginx-debug', 'nginx')],
      profile(nginx()),
      'expected',
    ],
    [
      'its executable was replaced',
      socket(),
      [holder('/usr/sbin/nginx', 'nginx', { origin: 'writable-layer' })],
      profile(nginx()),
      'altered-app',
    ],
    [
      'its executable was removed',
      socket(),
      [holder('/usr/sbin/nginx', 'nginx', { origin: 'memory' })],
      profile(nginx()),
      'altered-app',
    ],
    [
      'the line behind it was changed inside the container',
      socket({ port: 81 }),
      [server],
      profile(nginx(), nginx({ port: 81 }, { alteredBy: '/etc/nginx/nginx.conf' })),
      'altered-app',
    ],
    [
      'the app, started by hand, on its port',
      socket(),
      [holder('/usr/sbin/nginx', 'nginx', { entry: 'exec' }, 'session')],
      profile(nginx()),
      'expected',
    ],
    [
      'the app, started by a server',
      socket(),
      [holder('/usr/sbin/nginx', 'nginx', {}, 'below-server')],
      profile(nginx()),
      'altered-app',
    ],
    [
      'the interpreter with its app',
      socket({ port: 8080, address: '::' }),
      [holder('/opt/java/bin/java', 'tomcat')],
      profile(java),
      'expected',
    ],
    [
      'the interpreter with something else',
      socket({ port: 8080, address: '::' }),
      [holder('/opt/java/bin/java')],
      profile(java),
      'port-hijack',
    ],
    [
      'the interpreter with another app',
      socket({ port: 8080, address: '::' }),
      [holder('/opt/java/bin/java', 'elasticsearch')],
      profile(java),
      'port-hijack',
    ],
    ['nobody found on a known port', socket(), [], profile(nginx()), 'expected'],
    ['nobody found on another port', socket({ port: 81 }), [], profile(nginx()), 'unknown-listener'],
  ];

  it.each(cases)('%s', (_, seen, holders, known, verdict) => {
    expect(compare(seen, holders, known)).toMatchObject({ verdict });
  });

  it('says what was expected, who decided it, and why', () => {
    const stranger = holder('/bin/nc');
    expect(compare(socket(), [stranger], profile(nginx()))).toEqual({
      verdict: 'port-hijack',
      holder: stranger,
      expected: [nginx()],
      reason: 'tcp 80 belongs to nginx, but /bin/nc holds it',
    });
  });
});
