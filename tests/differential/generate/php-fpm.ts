import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const names = ['www', 'blog', 'Shop', 'api', 'www'];
const numbers = [
  'pm.max_requests = 500',
  'listen.backlog = 511',
  'pm.process_idle_timeout = 10s',
  'pm.max_spawn_rate = 4',
];
const noise = [
  '; listen = 1',
  'clear_env = no',
  'env[A] = $PATH',
  'php_admin_value[memory_limit] = 32M',
  'catch_workers_output = "yes"',
  'security.limit_extensions = .php .html',
  '',
];

/** One PHP-FPM: pools in one file or several, addresses in all forms, some lines that keep it from starting. */
export function phpFpmCase(random: Random): Generated {
  const env: Record<string, string> = {};
  const pools = Array.from({ length: random.int(1, 3) }, () => pool(random, env));
  const debian = random.chance(0.2);
  const folder = debian ? '/etc/php/8.2/fpm/pool.d' : '/srv/pool.d';
  const inFiles = debian || random.chance(0.5);
  const files = Object.fromEntries(
    pools.map((text, index) => [`${folder}/${random.pick(['a', 'www', 'z'])}${index}.conf`, text]),
  );
  const head = `[global]\n${random.pick(['error_log = /dev/stderr\n', 'log_level = warning\n', 'daemonize = no\n', ''])}`;
  const config = inFiles
    ? `${head}include = ${random.pick(['', '"'])}${folder}/*.conf`
    : head + pools.join('\n');
  const closed = config.includes('"') ? `${config}"\n` : `${config}\n`;
  const plain: Plain = {
    command: ['php-fpm8.2', random.pick(['-F', '--nodaemonize']), ...(debian ? [] : options(random))],
    env,
    files: debian ? files : { '/srv/fpm.conf': closed, ...(inFiles ? files : {}) },
  };
  return dress(random, plain);
}

function options(random: Random): string[] {
  const config = random.pick([
    ['-y', '/srv/fpm.conf'],
    ['--fpm-config', '/srv/fpm.conf'],
    ['-y/srv/fpm.conf'],
  ]);
  const more = random.pick([[], [], ['-R'], ['-d', 'display_errors=0'], ['-O'], ['-p', '/srv']]);
  return random.shuffle([config, more]).flat();
}

function pool(random: Random, env: Record<string, string>): string {
  const lines = [`listen = ${quoted(random, address(random, env))}`, ...manager(random)];
  if (!random.chance(0.04)) lines.push(`user = ${random.pick(['www-data', '33', 'www-data', 'daemon'])}`);
  if (random.chance(0.3)) lines.push(`group = ${random.pick(['www-data', 'daemon'])}`);
  if (random.chance(0.15)) lines.push(`pm.status_listen = 127.0.0.1:${random.int(12_000, 13_000)}`);
  if (random.chance(0.1)) lines.push('prefix = /opt');
  lines.push(random.pick(noise), random.pick(numbers));
  if (random.chance(0.05))
    lines.push(random.pick(['listen.port = 9', 'chdir = /nowhere', 'pm.max_requests = x', 'user']));
  const [first = '', ...rest] = lines;
  return `[${random.pick(names)}]\n${[first, ...random.shuffle(rest)].join('\n')}\n`;
}

function manager(random: Random): string[] {
  const children = random.int(1, 6);
  const way = random.pick(['static', 'ondemand', 'dynamic']);
  const lines = [`pm = ${way}`, `pm.max_children = ${children}`];
  if (way !== 'dynamic') return lines;
  const [least, most, start] = [random.int(1, 2), random.int(1, 5), random.int(1, 4)];
  lines.push(`pm.min_spare_servers = ${least}`, `pm.max_spare_servers = ${most}`);
  return random.chance(0.5) ? [...lines, `pm.start_servers = ${start}`] : lines;
}

function address(random: Random, env: Record<string, string>): string {
  const port = String(random.int(9_000, 9_900));
  const name = `FPM_${Object.keys(env).length}`;
  const way = random.int(0, 9);
  if (way < 2) return port;
  if (way < 5)
    return `${random.pick(['127.0.0.1', '0.0.0.0', '[::]', '[::1]', 'localhost', '*', '10.9.0.2'])}:${port}`;
  if (way < 6)
    return random.pick(['/run/php/$pool.sock', `/run/php/${port}.sock`, 'tmp/$pool', `/nowhere/${port}`]);
  if (way < 7) return random.pick([':', '', '70000', 'x:', `${port}x`, '0']);
  if (way < 8) return `127.0.0.1:\${${name}}${port}`;
  env[name] = random.pick([port, `127.0.0.1:${port}`, `/run/php/${port}`]);
  return `\${${name}}`;
}

function quoted(random: Random, text: string): string {
  return random.chance(0.3) ? `"${text}"${random.pick(['', ' ; x'])}` : text;
}
