import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

/** One nginx with http, stream and mail servers spread over files, in all spellings of blocks and listens. */
export function nginxCase(random: Random): Generated {
  const writer = new Writer(random);
  const modules = random.chance(0.4);
  const parts = [writer.block('http', http(writer))];
  if (modules) parts.push(writer.block('stream', stream(writer)));
  if (modules && random.chance(0.3)) parts.push(writer.block('mail', mail(writer)));
  const inFile = random.chance(0.4);
  const top = [
    ...(inFile ? ['daemon off;'] : []),
    ...(modules
      ? [random.pick(['include modules-enabled/*.conf;', 'include /etc/nginx/modules-enabled/*;'])]
      : []),
    `worker_processes ${random.int(1, 2)};`,
    random.pick(['events {}', 'events { worker_connections 128; }', 'events{ use epoll; }']),
    ...random.shuffle(parts),
  ];
  const main = random.pick(['/etc/nginx/nginx.conf', '/etc/nginx/nginx.conf', '/etc/nginx/my.conf']);
  writer.files[main] = `${top.join('\n')}\n`;
  const file = main.endsWith('my.conf') ? [random.pick(['-c']), main] : [];
  const plain: Plain = {
    command: ['nginx', ...file, ...(inFile ? [] : ['-g', 'daemon off;'])],
    env: {},
    files: writer.files,
  };
  return dress(random, plain);
}

/** Writes blocks with random layout, and moves some of their content to included files. */
class Writer {
  readonly random: Random;
  readonly files: Record<string, string> = {};
  /** Ports that several servers share, so that their listens meet. */
  readonly ports: number[];
  #included = 0;

  constructor(random: Random) {
    this.random = random;
    this.ports = Array.from({ length: 5 }, () => random.int(1024, 60_000));
  }

  block(name: string, body: readonly string[]): string {
    const { random } = this;
    const lines = body.flatMap((line) => (random.chance(0.15) ? [random.pick(comments), line] : [line]));
    const inner = random.chance(0.25) && body.length > 0 ? [this.#include(lines)] : lines;
    return `${name}${random.pick([' {', '{', '\n{', ' { # block'])}\n${inner.join('\n')}\n}`;
  }

  #include(lines: readonly string[]): string {
    const name = `part${++this.#included}`;
    this.files[`/etc/nginx/inc/${name}.conf`] = `${lines.join('\n')}\n`;
    return `include ${this.random.pick([`inc/${name}.conf`, `/etc/nginx/inc/${name}.c*`, `"inc/${name}.conf"`])};`;
  }
}

const comments = ['# listen 1;', '# }', '#{', '# "', "# it's"];
const ipv4 = ['127.0.0.1', '10.9.0.2', '127.0.0.9'];
const ipv6 = ['[::1]', '[fd00:9::2]', '[FD00:9:0::2]'];

const httpNoise = [
  'server_name a.example "~^www\\d{1,2}$";',
  'return 200 "listen 1; }";',
  "add_header X '{';",
  'location / { return 204; }',
  'location ~ "^/(a|b){2}$" { deny all; }',
  'if ($host = a) { return 404; }',
  'set $listen 99;',
  'root /var/www/${host};',
  'server_tokens off;',
];

function http(writer: Writer): string[] {
  const { random } = writer;
  const servers = Array.from({ length: random.int(0, 4) }, () => {
    const listens = unique(Array.from({ length: random.int(0, 3) }, () => httpListen(writer)));
    const body = random.shuffle([...listens, ...random.sample(httpNoise, random.int(0, 2))]);
    return writer.block('server', body);
  });
  const noise = [
    'default_type text/plain;',
    'map $uri $m { default 0; listen 1; }',
    'upstream u { server 127.0.0.1:9; }',
  ];
  return random.shuffle([...servers, ...random.sample(noise, random.int(0, 2))]);
}

function httpListen(writer: Writer): string {
  const { random } = writer;
  const value = random.chance(0.07) ? `unix:/tmp/${random.pick(['a', 'b'])}.sock` : tcpAddress(writer);
  const flags = random.chance(0.3)
    ? random.pick(['http2', 'proxy_protocol', 'backlog=64', 'reuseport', 'bind', 'deferred', 'rcvbuf=32k'])
    : '';
  const family =
    value.startsWith('[') && random.chance(0.25) ? random.pick(['ipv6only=on', 'ipv6only=off']) : '';
  return statement(random, 'listen', [value, flags, family]);
}

function tcpAddress(writer: Writer): string {
  const { random } = writer;
  const port = random.chance(0.5) ? random.pick(writer.ports) : random.int(1024, 60_000);
  const shown = random.chance(0.1) ? `${port}-${port + random.int(0, 3)}` : String(port);
  const way = random.int(0, 9);
  if (way < 4) return random.pick([shown, shown, `*:${shown}`, `0.0.0.0:${shown}`]);
  if (way < 6) return `${random.pick(ipv4)}:${shown}`;
  if (way < 8) return `[::]:${shown}`;
  if (way < 9) return `${random.pick(ipv6)}:${shown}`;
  return random.pick([`localhost:${port}`, ...ipv4, ...ipv6]);
}

function stream(writer: Writer): string[] {
  const { random } = writer;
  return Array.from({ length: random.int(1, 3) }, () => {
    const listens = Array.from({ length: random.int(1, 2) }, () => {
      const flags = [random.pick(['', '', 'udp']), random.pick(['', '', 'reuseport', 'bind'])];
      return statement(random, 'listen', [tcpAddress(writer), ...flags]);
    });
    return writer.block('server', [
      ...unique(listens),
      random.pick(['return hello;', 'proxy_pass 127.0.0.1:9;']),
    ]);
  });
}

function mail(writer: Writer): string[] {
  const { random } = writer;
  const protocol = () => `protocol ${random.pick(['imap', 'pop3', 'smtp'])};`;
  const server = () =>
    writer.block('server', [statement(random, 'listen', [tcpAddress(writer)]), protocol()]);
  return ['auth_http 127.0.0.1:9/auth;', ...Array.from({ length: random.int(1, 2) }, server)];
}

function statement(random: Random, name: string, words: readonly string[]): string {
  const [value = '', ...rest] = words.filter((word) => word !== '');
  const quoted = random.chance(0.85) ? value : random.pick([`"${value}"`, `'${value}'`]);
  return `${name}${random.pick([' ', ' ', '\t', '\n   '])}${[quoted, ...rest].join(' ')};`;
}

function unique(lines: readonly string[]): string[] {
  return [...new Map(lines.map((line) => [line.split(/\s+/)[1], line])).values()];
}
