import { posix } from 'node:path';
import { isUnknown } from '../../../model/unknown.ts';
import type { Call } from '../../tools/call.ts';
import { passwd } from '../../users.ts';

/** Whether supervisord takes a value; unknown ones are not asked about. */
export type Check = (value: string, call: Call) => boolean;

const truthy = ['yes', 'true', 'on', '1'];
const falsy = ['no', 'false', 'off', '0'];
const signals =
  /^(SIG)?(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS|RTMIN|RTMAX)$/i;

/** Datatypes of supervisor/datatypes.py. */
const isInteger = (value: string) => /^[+-]?\d+(_\d+)*$/.test(value.trim());
const integer: Check = isInteger;
const boolean: Check = (value) => [...truthy, ...falsy].includes(value.toLowerCase());
const octal: Check = (value) => /^(0o)?[0-7]+$/i.test(value.trim());
const bytes: Check = (value) => /^[+-]?\d+ *([kmg]b)?$/i.test(value.trim());
const level: Check = (value) => /^(critical|error|warn|info|debug|trace|blather)$/i.test(value);
const signal: Check = (value) =>
  signals.test(value.trim()) || (isInteger(value) && Number(value) >= 1 && Number(value) <= 64);
const exitCodes: Check = (value) =>
  value.trim() === '' || value.split(',').every((code) => /^ *\d+ *$/.test(code) && Number(code) <= 255);
const restart: Check = (value, call) => value.toLowerCase() === 'unexpected' || boolean(value, call);
const directory: Check = (value, call) => isDirectory(call, value);
const inDirectory: Check = (value, call) => {
  const folder = posix.dirname(expandUser(call, value));
  return !value.includes('/') || isDirectory(call, folder);
};
const logFile: Check = (value, call) =>
  ['none', 'off', 'auto', 'syslog'].includes(value.toLowerCase()) || inDirectory(value, call);
const user: Check = (value, call) => {
  const entries = passwd(call.files.rootfs);
  return entries.some(({ name, uid }) => name === value || (isInteger(value) && uid === Number(value)));
};

/** Options of [supervisord], those that are not free text. */
export const supervisordChecks: Readonly<Record<string, Check>> = {
  minfds: integer,
  minprocs: integer,
  directory,
  user,
  umask: octal,
  logfile: inDirectory,
  logfile_maxbytes: bytes,
  logfile_backups: integer,
  loglevel: level,
  pidfile: inDirectory,
  nodaemon: boolean,
  silent: boolean,
  childlogdir: directory,
  nocleanup: boolean,
  strip_ansi: boolean,
};

/** Options of sections that describe programs. */
export const programChecks: Readonly<Record<string, Check>> = {
  priority: integer,
  autostart: boolean,
  autorestart: restart,
  startsecs: integer,
  startretries: integer,
  stopsignal: signal,
  stopwaitsecs: integer,
  stopasgroup: boolean,
  killasgroup: boolean,
  exitcodes: exitCodes,
  redirect_stderr: boolean,
  numprocs: integer,
  numprocs_start: integer,
  user,
  umask: octal,
  stdout_logfile: logFile,
  stderr_logfile: logFile,
  ...Object.fromEntries(
    ['stdout', 'stderr'].flatMap((stream) => [
      [`${stream}_capture_maxbytes`, bytes],
      [`${stream}_events_enabled`, boolean],
      [`${stream}_logfile_backups`, integer],
      [`${stream}_logfile_maxbytes`, bytes],
      [`${stream}_syslog`, boolean],
    ]),
  ),
};

export function isTrue(value: string): boolean {
  return truthy.includes(value.toLowerCase());
}

function expandUser(call: Call, path: string): string {
  return path === '~' || path.startsWith('~/')
    ? `${call.process.env.get('HOME') ?? ''}${path.slice(1)}`
    : path;
}

function isDirectory(call: Call, path: string): boolean {
  const at = posix.resolve(call.process.cwd, expandUser(call, path));
  return isUnknown(at) || call.files.look(at) === 'unknown' || call.files.isDirectory(at);
}
