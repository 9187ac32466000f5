import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const addresses = [
  '127.0.0.1',
  '127.0.0.2',
  '10.9.0.2',
  '::1',
  'fd00:9::2',
  '-::1',
  '-10.9.0.2',
  'localhost',
];
const wildcards = ['*', '0.0.0.0', '::', '-::*', '* -::*', '0.0.0.0 ::', '::*'];
const noise = [
  'maxmemory 64mb',
  'save ""',
  'save 900 1',
  'tcp-backlog 64',
  'protected-mode no',
  '# port 1',
  '',
  'databases 4',
  'timeout 0',
  'appendonly no',
  'repl-diskless-sync yes',
  'cluster-announce-port 4000',
  'requirepass "a # b"',
  'hz 10',
];

/** One redis-server or redis-sentinel with settings spread over a file, its includes and the arguments. */
export function redisCase(random: Random): Generated {
  const sentinel = random.chance(0.12);
  const settings = random.shuffle(chooseSettings(random, sentinel));
  const split = random.int(0, settings.length);
  const files = layFiles(random, settings.slice(0, split));
  const flags = settings.slice(split).flatMap((setting) => flag(random, setting));
  const hasFile = sentinel || split > 0 || random.chance(0.3);
  const command = [
    sentinel && random.chance(0.6)
      ? 'redis-sentinel'
      : random.pick(['redis-server', '/usr/bin/redis-server']),
    ...(hasFile ? ['/etc/cache/main.conf'] : []),
    ...flags,
  ];
  if (sentinel && !command[0]?.endsWith('sentinel')) command.push('--sentinel');
  const plain: Plain = { command, env: {}, files: hasFile ? files : {}, cwd: '/var/lib/redis' };
  if (settings.some(([name]) => name === 'tls-port')) plain.setup = [certificate];
  return dress(random, plain);
}

type Setting = [name: string, value: string];

const certificate = [
  ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
  ...['-keyout', '/srv/key.pem', '-out', '/srv/cert.pem', '-days', '2', '-subj', '/CN=berth'],
];

function chooseSettings(random: Random, sentinel: boolean): Setting[] {
  const settings: Setting[] = [];
  const port = () => String(random.int(1024, 50_000));
  for (let count = random.int(0, 2); count > 0; count--)
    settings.push(['port', random.chance(0.06) ? '0' : port()]);
  for (let count = random.int(0, 2); count > 0; count--) settings.push(['bind', bindList(random)]);
  if (random.chance(0.3))
    settings.push(['unixsocket', random.pick(['/tmp/r.sock', '/run/redis.sock', 'rel.sock'])]);
  if (random.chance(0.3)) settings.push(['cluster-enabled', random.pick(['yes', 'yes', 'no'])]);
  if (random.chance(0.15)) settings.push(['cluster-port', random.pick(['0', port()])]);
  if (random.chance(0.2) && !sentinel) {
    settings.push(['tls-port', port()], ['tls-cert-file', '/srv/cert.pem'], ['tls-key-file', '/srv/key.pem']);
    settings.push(['tls-ca-cert-file', '/srv/cert.pem'], ['tls-cluster', random.pick(['yes', 'no'])]);
  }
  return settings;
}

function bindList(random: Random): string {
  if (random.chance(0.35)) return random.pick(wildcards);
  return random.sample(addresses, random.int(1, 3)).join(' ');
}

/** Spreads lines over the main file and up to three includes, with noise between them. */
function layFiles(random: Random, settings: readonly Setting[]): Record<string, string> {
  const files: Record<string, string> = {};
  const main: string[] = [];
  let included = 0;
  for (const setting of settings) {
    if (random.chance(0.3)) main.push(random.pick(noise));
    if (included < 3 && random.chance(0.25)) {
      const path = `/etc/cache/part${++included}.conf`;
      files[path] = `${random.pick(noise)}\n${line(random, setting)}\n`;
      main.push(`include ${random.pick([path, path.replace('.conf', '.co*'), `"${path}"`])}`);
    } else main.push(line(random, setting));
  }
  files['/etc/cache/main.conf'] = `${main.join(random.chance(0.1) ? '\r\n' : '\n')}\n`;
  return files;
}

function line(random: Random, [name, value]: Setting): string {
  const shown = random.pick([name, name, name.toUpperCase(), `  ${name}`]);
  const blank = random.pick([' ', ' ', '   ', '\t']);
  const quoted =
    value.includes(' ') || random.chance(0.8) ? value : random.pick([`"${value}"`, `'${value}'`]);
  return `${shown}${blank}${quoted}${random.chance(0.1) ? '  ' : ''}`;
}

function flag(random: Random, [name, value]: Setting): string[] {
  const words = value.split(' ');
  if (random.chance(0.15)) return [`--${name} ${value}`];
  return words.length > 1 && random.chance(0.2) ? [`--${name}`, value] : [`--${name}`, ...words];
}
