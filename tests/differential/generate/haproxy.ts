import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const hosts = [
  '',
  '*',
  '127.0.0.1',
  '10.9.0.2',
  '0.0.0.0',
  '127.0.0.7',
  'localhost',
  '[::1]',
  '::1',
  'fd00:9::2',
  '::',
  '[::]',
];
const prefixes = ['ipv4@', 'ipv6@', 'tcp@', 'tcp4@', 'tcp6@', 'ip@', 'stream+ipv4@'];
const parameters = [
  'name x',
  'maxconn 100',
  'backlog 64',
  'defer-accept',
  'tfo',
  'accept-proxy',
  'mss 1200',
  'nice 3',
  'v4v6',
];
const noise = [
  '# bind :1',
  '',
  'maxconn 500',
  'description "bind :2" # :3',
  'log-tag x',
  'id-not-known',
  'timeout client 5s',
  'option tcplog',
];

/** One haproxy with several proxies over several files, with variables and conditions. */
export function haproxyCase(random: Random): Generated {
  const writer = new ConfigWriter(random);
  const count = random.int(1, 4);
  const texts = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, file) => writer.file(file, count));
  const inFolder = random.chance(0.2);
  const files = Object.fromEntries(
    texts.map((text, index) => [inFolder ? `/conf/${index}0.cfg` : `/etc/haproxy/${'hx'[index]}.cfg`, text]),
  );
  const named = inFolder ? ['-f', '/conf'] : Object.keys(files).flatMap((path) => ['-f', path]);
  const plain: Plain = {
    command: [
      'haproxy',
      ...random.pick([[], ['-db'], ['-W', '-db'], ['-W', '-S', '/run/m.sock'], ['-q']]),
      ...named,
    ],
    env: writer.env,
    files: inFolder ? { ...files, '/conf/not.conf': 'nonsense\n', '/conf/.x.cfg': 'nonsense\n' } : files,
    ...(writer.peer !== undefined && { command: ['haproxy', '-L', writer.peer, ...named] }),
  };
  return dress(random, plain);
}

class ConfigWriter {
  readonly env: Record<string, string> = {};
  peer: string | undefined;
  readonly #random: Random;
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  file(index: number, count: number): string {
    const lines = index === 0 ? [...this.#global(), ...this.#defaults()] : [];
    for (let i = 0; i < count; i++) lines.push(...this.#maybeConditional(this.#section()));
    if (index === 0 && this.#random.chance(0.15)) lines.push(...this.#peers());
    return `${lines.join('\n')}\n`;
  }

  #global(): string[] {
    const random = this.#random;
    const lines = ['global'];
    if (random.chance(0.3))
      lines.push(
        ` stats socket ${random.pick(['/run/s.sock mode 600 level admin', 'ipv4@127.0.0.1:9999', 'abns@cli'])}`,
      );
    if (random.chance(0.2)) lines.push(' unix-bind prefix /tmp/');
    if (random.chance(0.3))
      lines.push(` ${random.pick(['setenv', 'presetenv'])} SET_PORT ${random.int(2000, 2100)}`);
    if (random.chance(0.1)) lines.push(' noreuseport');
    return random.chance(0.8) ? lines : [];
  }

  #defaults(): string[] {
    const random = this.#random;
    const lines = [
      random.pick(['defaults', 'defaults base']),
      ' mode tcp',
      ' timeout connect 5s',
      ' timeout server 5s',
    ];
    if (random.chance(0.06)) lines.push(' disabled');
    return random.chance(0.8) ? lines : [];
  }

  #section(): string[] {
    const random = this.#random;
    const kind = random.pick(['listen', 'frontend', 'listen', 'backend', 'log-forward']);
    const name = `${kind[0]}${++this.#names}`;
    if (kind === 'log-forward')
      return [`log-forward ${name}`, ` dgram-bind ${this.#ip('')}`, ' log 127.0.0.1:514 local0'];
    const lines = [`${kind} ${name}`, ' mode tcp'];
    if (kind === 'backend') return [...lines, ' server s1 127.0.0.1:9 check'];
    for (let i = random.int(1, 3); i > 0; i--) lines.push(...this.#maybeConditional([this.#bind()]));
    if (random.chance(0.1)) lines.push(` ${random.pick(['disabled', 'enabled'])}`);
    if (random.chance(0.3))
      lines.push(` ${random.pick(noise.filter((line) => line !== 'id-not-known' || random.chance(0.1)))}`);
    return lines;
  }

  #bind(): string {
    const random = this.#random;
    const addresses = Array.from({ length: random.chance(0.25) ? 2 : 1 }, () => this.#address());
    const text = random.pick([this.#quoted, this.#variable, String, String]).call(this, addresses.join(','));
    return ` bind${random.pick([' ', '  ', '\t'])}${text}${random.chance(0.3) ? ` ${random.pick(parameters)}` : ''}${random.chance(0.2) ? ' # :9' : ''}`;
  }

  #address(): string {
    const random = this.#random;
    if (random.chance(0.1))
      return random.pick(['/tmp/a.sock', 'unix@/tmp/b.sock', 'abns@c', 'uxst@/run/d.sock']);
    return this.#ip(random.chance(0.3) ? random.pick(prefixes) : '');
  }

  #ip(prefix: string): string {
    const random = this.#random;
    const isSix = prefix.includes('6');
    const fitting = hosts.filter((host) => !isSix || host === '' || host === '*' || host.includes(':'));
    const usable = prefix.includes('4') ? fitting.filter((host) => !host.includes(':')) : fitting;
    const port = random.int(1024, 30_000);
    const end = random.chance(0.15) ? `-${port + random.int(0, 3)}` : '';
    return `${prefix}${random.pick(usable)}:${random.chance(0.03) ? '0' : port}${end}`;
  }

  #quoted(text: string): string {
    return this.#random.pick([`"${text}"`, `'${text}'`, `${text.slice(0, 1)}"${text.slice(1)}"`]);
  }

  #variable(text: string): string {
    const name = `V_${Object.keys(this.env).length}`;
    if (this.#random.chance(0.3)) return `"\${UNSET-${text}}"`;
    this.env[name] = text;
    return this.#random.pick([
      `"$${name}"`,
      `"\${${name}}"`,
      `$${name}`,
      `"\${${name}-:1}"`,
      `'\${${name}}'`,
    ]);
  }

  #maybeConditional(lines: string[]): string[] {
    const random = this.#random;
    if (random.chance(0.8)) return lines;
    const condition = random.pick([
      ...[
        '0',
        '1',
        'defined(V_0)',
        '!defined(NOTHING)',
        'streq("$SET_PORT",2000) || 1',
        'version_atleast(2.4)',
      ],
      ...[
        'feature(OPENSSL) && !feature(QUIC)',
        'version_before(2.5)',
        '( 0 || 1 ) && 1',
        'strneq("$V_0","$V_0")',
      ],
    ]);
    const other = random.chance(0.4)
      ? ['.else', ...(lines[0]?.startsWith(' ') ? [' maxconn 50'] : ['# no more'])]
      : [];
    return [`.if ${condition}`, ...lines, ...other, '.endif'];
  }

  #peers(): string[] {
    this.peer = this.#random.pick(['me', 'other', 'nobody']);
    return [
      'peers p',
      ` peer me 127.0.0.1:${this.#random.int(30_001, 30_100)}`,
      ` peer other 10.9.0.2:30000`,
    ];
  }
}
