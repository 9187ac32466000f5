import { ApacheWriter, modules } from './apache-writer.ts';
import { dress, type Generated, type Plain } from './dress.ts';
import type { Random } from './random.ts';

const debian = {
  APACHE_RUN_USER: 'www-data',
  APACHE_RUN_GROUP: 'www-data',
  APACHE_PID_FILE: '/tmp/p',
  APACHE_RUN_DIR: '/tmp',
  APACHE_LOCK_DIR: '/tmp',
  APACHE_LOG_DIR: '/var/log/apache2',
};

/** One apache2, of a file of its own or in Debian's layout, with Listens behind every kind of indirection. */
export function apacheCase(random: Random): Generated {
  return dress(random, random.chance(0.35) ? debianLayout(random) : ownFile(random));
}

/** A file with everything in it, an own server root half of the time, and directives of the command line. */
function ownFile(random: Random): Plain {
  const root = random.chance(0.4) ? random.pick(['/srv/web', '/opt/httpd']) : undefined;
  const writer = new ApacheWriter(random, root ?? '/etc/apache2');
  const body = pieces(random, writer);
  const folder = root === undefined ? '/srv' : `${root}/conf`;
  const byFile = root !== undefined && random.chance(0.5);
  writer.files[`${folder}/main.conf`] = [
    ...(byFile ? [`ServerRoot ${random.pick([root, `"${root}"`])}`] : []),
    'Include /srv/base.conf',
    ...body,
    '',
  ].join('\n');
  writer.files['/srv/base.conf'] = base(random);
  const file = root === undefined || byFile ? `${folder}/main.conf` : 'conf/main.conf';
  const groups = [
    [random.pick(['-DFOREGROUND', '-D FOREGROUND', '-X', '-DDEBUG']).split(' ')],
    [option(random, '-f', file)],
    root === undefined || byFile ? [] : [option(random, '-d', root)],
    writer.flags.map((name) => option(random, '-D', name)),
    commandLine(random),
  ];
  const command = ['apache2', ...random.shuffle(groups).flat(2)];
  return { command, env: writer.env, files: writer.files };
}

/** Debian's own files with ports.conf and a site rewritten, started by the control script or directly. */
function debianLayout(random: Random): Plain {
  const writer = new ApacheWriter(random, '/etc/apache2');
  const load = `LoadModule macro_module ${modules}/mod_macro.so`;
  writer.files['/etc/apache2/ports.conf'] = `${[load, ...pieces(random, writer)].join('\n')}\n`;
  if (random.chance(0.4)) {
    const folder = random.pick([
      'sites-enabled/app',
      'conf-enabled/app',
      'mods-enabled/zz',
      'sites-enabled/a/b',
    ]);
    const suffix = random.pick(['.conf', '.conf', '.conf', '.load', '.conf.bak', '']);
    writer.files[`/etc/apache2/${folder}${suffix}`] = `${writer.listen()}\n`;
  }
  const flags = writer.flags.flatMap((name) => option(random, '-D', name));
  if (random.chance(0.4)) {
    const command = ['apache2', '-DFOREGROUND', ...flags, ...commandLine(random).flat()];
    return { command, env: { ...writer.env, ...debian }, files: writer.files };
  }
  const byEnvironment = random.chance(0.4);
  if (byEnvironment) writer.env.APACHE_ARGUMENTS = flags.join(' ');
  const script = random.pick(['apache2ctl', 'apachectl', '/usr/sbin/apache2ctl']);
  const command = [script, ...random.pick([['-D', 'FOREGROUND'], ['-DFOREGROUND']])];
  return { command: [...command, ...(byEnvironment ? [] : flags)], env: writer.env, files: writer.files };
}

function pieces(random: Random, writer: ApacheWriter): string[] {
  return Array.from({ length: random.int(1, 6) }, () => writer.piece(0));
}

function base(random: Random): string {
  const mpm = random.pick(['event', 'event', 'prefork', 'worker']);
  return `ServerName berth
LoadModule mpm_${mpm}_module ${modules}/mod_mpm_${mpm}.so
LoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule macro_module ${modules}/mod_macro.so
DefaultRuntimeDir /tmp
PidFile /tmp/apache.pid
ErrorLog /proc/self/fd/2
User www-data
Group www-data
`;
}

/** An option and its value, in one word or two. */
function option(random: Random, flag: string, value: string): string[] {
  return random.chance(0.4) ? [flag + value] : [flag, value];
}

/** Listens of the command line, alone or inside a section of several directives. */
function commandLine(random: Random): string[][] {
  if (random.chance(0.75)) return [];
  const flag = random.pick(['-c', '-C']);
  const listen = `Listen ${random.pick(['', '127.0.0.1:', '[::1]:'])}${random.int(1024, 60_000)}`;
  if (random.chance(0.6)) return [option(random, flag, listen)];
  const test = random.pick(['IfDefine FOREGROUND', 'IfModule mpm_event_module', 'IfVersion >= 2.4']);
  return [`<${test}>`, listen, `</${test.split(' ')[0]}>`].map((line) => [flag, line]);
}
