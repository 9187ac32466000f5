import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

/** A server whose options stand in groups of option files and in arguments. */
export interface OptionServer {
  command: string;
  /** Options that make it start fast. */
  always: readonly string[];
  /** Groups that it reads, and groups that it does not. */
  groups: readonly string[];
  strange: readonly string[];
  /** Options that open, move or close sockets, with values. */
  options: readonly (readonly [name: string, value: (random: Random) => string | undefined])[];
  noise: readonly string[];
}

/** One server with options in files, included files, the environment's group suffix and arguments. */
export function optionServerCase(random: Random, server: OptionServer): Generated {
  const env: Record<string, string> = {};
  if (random.chance(0.2)) env.MYSQL_GROUP_SUFFIX = '_s1';
  if (random.chance(0.25)) env.MYSQL_TCP_PORT = port(random);
  const files = layFiles(random, server, env);
  const isExtra = random.chance(0.3);
  const first = [`--defaults-${isExtra ? 'extra-' : ''}file=/opt/server.cnf`];
  if (random.chance(0.2)) first.push('--defaults-group-suffix=_s1');
  const flags = chosen(random, server, 3).flatMap((option) => flag(random, option));
  const root = random.chance(0.3);
  const user = root ? [random.pick(['--user=mysql', '-umysql'])] : [];
  const plain: Plain = {
    command: [server.command, ...first, ...server.always, ...user, ...flags],
    user: root ? 'root' : 'mysql',
    env,
    files,
  };
  return { ...dress(random, plain), settle: 3000 };
}

export function port(random: Random): string {
  return String(random.int(2000, 32_000));
}

type Option = readonly [name: string, value: string | undefined];

function chosen(random: Random, { options }: OptionServer, most: number): Option[] {
  return Array.from({ length: random.int(0, most) }, () => {
    const [name, value] = random.pick(options);
    return [name, value(random)] as const;
  });
}

function layFiles(random: Random, server: OptionServer, env: Record<string, string>): Record<string, string> {
  const files: Record<string, string> = {};
  const lines = group(random, server, env);
  if (random.chance(0.4)) {
    files['/opt/more/10.cnf'] = text(group(random, server, env));
    files['/opt/more/9.cnf'] = text(group(random, server, env));
    files['/opt/more/20.ini'] = text(group(random, server, env));
    lines.push('!includedir /opt/more', ...random.sample(server.noise, 1));
  }
  if (random.chance(0.3)) {
    files['/opt/one.conf'] = text(group(random, server, env));
    lines.splice(random.int(0, 1), 0, '!include /opt/one.conf');
  }
  files['/opt/server.cnf'] = text([...lines, ...group(random, server, env)]);
  return files;
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function group(random: Random, server: OptionServer, env: Record<string, string>): string[] {
  const name = random.chance(0.25) ? random.pick(server.strange) : random.pick(server.groups);
  const shown = random.chance(0.15) ? name.toUpperCase() : name;
  const suffix = 'MYSQL_GROUP_SUFFIX' in env && random.chance(0.3) ? env.MYSQL_GROUP_SUFFIX : '';
  const lines = chosen(random, server, 3).map((option) => line(random, option));
  return [
    `[${shown}${suffix}]`,
    ...random.shuffle([...lines, ...random.sample(server.noise, random.int(0, 2))]),
  ];
}

function line(random: Random, [name, value]: Option): string {
  const shown = spelled(random, name);
  const comment = random.chance(0.2) ? '  # port = 1' : '';
  if (value === undefined) return shown + comment;
  const quote = random.pick(['', '', "'", '"']);
  return `${shown}${random.pick(['=', ' = ', '\t= '])}${quote}${value}${quote}${comment}`;
}

function flag(random: Random, [name, value]: Option): string[] {
  if (name === 'port' && random.chance(0.3)) return random.pick([[`-P${value}`], ['-P', String(value)]]);
  const shown = `--${spelled(random, name)}`;
  if (value === undefined) return [shown];
  return value !== '' && random.chance(0.3) ? [shown, value] : [`${shown}=${value}`];
}

function spelled(random: Random, name: string): string {
  const dashed = random.chance(0.5) ? name.replaceAll('-', '_') : name;
  return random.chance(0.15) ? `loose-${dashed}` : dashed;
}
