import { dress, type Generated, quote } from './dress.ts';
import type { Random } from './random.ts';

const hosts = [
  '127.0.0.1',
  '10.9.0.2',
  '0.0.0.0',
  '127.0.0.7',
  '127.1',
  '0',
  '::1',
  '::',
  'fd00:9::2',
  '::ffff:127.0.0.1',
];
const wrong = [
  'localhost:8085',
  ':8086',
  '[::1]8087',
  '127.0.0.1:',
  '80x',
  '70000',
  '-1',
  '127.0.0.1:http',
  '[::1',
  '+80',
];

/** One applet that listens, or several of them below a shell. */
export function busyboxCase(random: Random): Generated {
  const count = random.chance(0.3) ? random.int(2, 3) : 1;
  const servers = Array.from({ length: count }, (_, index) => server(random, 2000 + 1000 * index));
  const [only = []] = servers;
  if (count === 1) return dress(random, { command: called(random, only), env: {}, files: {} });
  const shell = random.pick([['sh'], ['busybox', 'sh'], ['busybox', 'ash'], ['bash'], ['/opt/applets/sh']]);
  const text = servers.map((words) => called(random, words).map(quote).join(' '));
  const script = `${text.join(random.pick([' & ', ' &\n']))}${random.pick([' & wait', ' &\nwait $!', ''])}`;
  return { command: [...shell, '-c', script], env: {}, files: {} };
}

/** An applet with its arguments that stays in the foreground, listening from a port of this thousand on. */
function server(random: Random, from: number): string[] {
  const port = random.int(from, from + 999);
  const kind = random.pick(['httpd', 'httpd', 'telnetd', 'nc', 'udhcpd', 'syslogd']);
  if (kind === 'httpd') return httpd(random, port);
  if (kind === 'telnetd') return telnetd(random, port);
  if (kind === 'nc')
    return [
      'nc',
      ...random.shuffle([['-l'], ['-p', String(port)], random.pick([[], ['-w', '500']])]).flat(),
      ...address(random),
    ];
  return kind === 'udhcpd'
    ? ['udhcpd', '-f']
    : ['syslogd', '-n', ...random.pick([[], ['-O', '-'], ['-R', 'logs:1514']])];
}

function httpd(random: Random, port: number): string[] {
  const words = [['-h', '/srv'], random.pick([['-v'], [], ['-r', 'realm'], ['-u', 'nobody']])];
  const where = random.pick([
    String(port),
    String(port),
    withPort(random, port),
    random.pick(hosts),
    random.pick(wrong),
  ]);
  const option = random.pick([
    ['-f', '-p', where],
    [`-fp${where}`],
    [`-p${where}`, '-f'],
    ['-p', '1999', '-vfp', where],
  ]);
  return ['httpd', ...random.shuffle([...words, option]).flat(), ...(random.chance(0.05) ? ['-x'] : [])];
}

function telnetd(random: Random, port: number): string[] {
  const bind = random.pick([[], [], ['-b', random.pick(hosts)], ['-b', withPort(random, port + 1)]]);
  const given = random.pick([
    [],
    ['-p', String(port)],
    [`-p${port}`],
    ['-p', random.pick(['0', 'telnet', '70000'])],
  ]);
  return ['telnetd', ...random.shuffle([['-F'], bind, given, ['-l', '/bin/true']]).flat()];
}

function address(random: Random): string[] {
  return random.chance(0.4) ? [random.pick(hosts)] : [];
}

function withPort(random: Random, port: number): string {
  const host = random.pick(hosts);
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The ways to call an applet. */
function called(random: Random, words: string[]): string[] {
  const [applet = '', ...rest] = words;
  return random.pick([
    words,
    ['busybox', ...words],
    [`/opt/applets/${applet}`, ...rest],
    ['/bin/busybox', `/any/${applet}`, ...rest],
  ]);
}
