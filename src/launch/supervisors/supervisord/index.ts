import { posix } from 'node:path';
import { Call } from '../../tools/call.ts';
import { findUser, type Identity } from '../../users.ts';
import { keepRunning, notStarted, refuseToStart, type Supervisor, stay, supervise } from '../child.ts';
import { Config } from './config.ts';
import { type Program, programsOf } from './programs.ts';
import { mayWrite, openServers, readSettings } from './settings.ts';
import { ConfigError, splitCommand } from './values.ts';

/** Options with a value, and flags, of supervisord 4 (supervisor/options.py). */
const spec = {
  short: 'hvnkts?c:u:m:d:l:y:z:e:j:i:q:a:',
  long: {
    help: false,
    version: false,
    nodaemon: false,
    nocleanup: false,
    strip_ansi: false,
    silent: false,
    ...Object.fromEntries(
      'configuration user umask directory logfile logfile_maxbytes logfile_backups loglevel pidfile identifier childlogdir minfds minprocs profile_options'
        .split(' ')
        .map((name) => [name, true as const]),
    ),
  },
  permute: false,
};

/** `supervisord [-n] [-c FILE]`: starts the programs of an ini file, and by itself goes to the background. */
export const supervisord: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, spec);
  if (options === undefined || options.rest.length > 0) return refuseToStart(call, 'a wrong option', 2);
  if (options.has('h', '?', 'v', 'help', 'version')) return 0;
  const given = (short: string, long: string) => options.value(short, long);
  const path =
    given('c', 'configuration') ??
    searchPaths(call).find((each) => call.files.look(call.path(each)) !== 'missing');
  try {
    if (path === undefined) throw new ConfigError('no config file found at default paths');
    const config = new Config(call, path);
    const settings = readSettings(call, config, given);
    const programs = programsOf(config, settings.environment);
    const acting = as(call, settings.user);
    if (!mayWrite(acting, settings.log)) throw new ConfigError(`its log ${settings.log} can't be written`);
    const url = openServers(acting, config);
    const own = { ...self, user: { name: acting.process.user.name, uid: acting.process.user.uid } };
    if (!options.has('n', 'nodaemon') && !settings.nodaemon) {
      keepRunning(acting, own);
      startAll(acting, programs, settings.directory ?? call.process.cwd, url);
      return 0;
    }
    startAll(acting, programs, call.process.cwd, url);
    return stay(acting, own);
  } catch (error) {
    if (error instanceof ConfigError) return refuseToStart(call, error.message, 2);
    throw error;
  }
};

/** It becomes its user before it does anything else. */
function as(call: Call, user: string | undefined): Call {
  if (user === undefined) return call;
  return new Call(call.world, { ...call.process, user: findUser(call.files.rootfs, user) });
}

function searchPaths(call: Call): string[] {
  const prefix = posix.dirname(posix.dirname(call.name.includes('/') ? call.name : `/usr/bin/${call.name}`));
  return [
    posix.join(prefix, 'etc/supervisord.conf'),
    posix.join(prefix, 'supervisord.conf'),
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ];
}

function startAll(call: Call, programs: readonly Program[], cwd: string, url: string | undefined): void {
  for (const program of programs) if (program.autostart) start(call, program, cwd, url);
}

/** One that can't be started is tried again a few times, then given up; the others go on. */
function start(call: Call, program: Program, cwd: string, url: string | undefined): void {
  const { name, group, command, directory, environment } = program;
  const argv = splitCommand(command.value) ?? [];
  const obstacle = obstacleOf(call, program, argv[0] ?? '', cwd);
  if (obstacle !== undefined) {
    notStarted(call, name, obstacle, command.at);
    return;
  }
  const own = { SUPERVISOR_ENABLED: '1', ...(url === undefined ? {} : { SUPERVISOR_SERVER_URL: url }) };
  const names = { SUPERVISOR_PROCESS_NAME: name, SUPERVISOR_GROUP_NAME: group };
  const env = new Map([...call.process.env, ...Object.entries({ ...own, ...names }), ...environment]);
  const changes = { env, cwd: posix.resolve(cwd, directory ?? '.'), user: userOf(call, program) };
  supervise(call, { name: `program ${name}`, argv, at: command.at, changes });
}

function userOf({ process, files }: Call, { user }: Program): Identity {
  return user === undefined ? process.user : findUser(files.rootfs, user);
}

/** What keeps a program from being started. */
function obstacleOf(call: Call, program: Program, file: string, cwd: string): string | undefined {
  const { files, process } = call;
  if (file === '') return 'its command can’t be parsed';
  const folder = posix.resolve(cwd, program.directory ?? '.');
  if (program.directory !== undefined && files.look(folder) !== 'unknown' && !files.isDirectory(folder))
    return `there is no folder ${folder}`;
  if (file.includes('/') && files.look(posix.resolve(cwd, file)) === 'missing') return `there is no ${file}`;
  const user = userOf(call, program);
  if (process.user.uid !== 0 && user.uid !== process.user.uid) return `only root can become ${user.name}`;
  const log = program.logs.find((path) => !mayWrite(call, path));
  return log === undefined ? undefined : `its log ${log} can’t be written`;
}
