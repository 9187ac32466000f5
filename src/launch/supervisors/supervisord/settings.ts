import { posix } from 'node:path';
import { isUnknown } from '../../../model/unknown.ts';
import type { Call } from '../../tools/call.ts';
import { findUser } from '../../users.ts';
import { isTrue, supervisordChecks } from './checks.ts';
import type { Config, Section } from './config.ts';
import { ConfigError, expand, pairs } from './values.ts';

export interface Settings {
  /** Whom it becomes, and so do its programs. */
  user: string | undefined;
  log: string;
  nodaemon: boolean;
  directory: string | undefined;
  environment: ReadonlyMap<string, string>;
}

/** [supervisord] with what the command line says instead. Its environment can be named by all that follows. */
export function readSettings(
  call: Call,
  config: Config,
  given: (short: string, long: string) => string | undefined,
): Settings {
  const section = config.sections.get('supervisord') as Section;
  for (const [option, check] of Object.entries(supervisordChecks))
    config.get(section, option, new Map(), check);
  const environment = pairs(expand(config.raw(section, 'environment')?.value ?? '', config.expansions));
  for (const [name, value] of environment) config.expansions.set(`ENV_${name}`, value);
  const user = given('u', 'user') ?? config.get(section, 'user')?.value;
  checkUser(call, user);
  const log = given('l', 'logfile') ?? config.get(section, 'logfile')?.value ?? 'supervisord.log';
  return {
    user,
    log,
    nodaemon: isTrue(config.get(section, 'nodaemon')?.value ?? 'false'),
    directory: given('d', 'directory') ?? config.get(section, 'directory')?.value,
    environment,
  };
}

function checkUser(call: Call, name: string | undefined): void {
  if (name === undefined || isUnknown(name)) return;
  const { uid } = findUser(call.files.rootfs, name);
  if (uid === undefined) throw new ConfigError(`invalid user name ${name}`);
  if (call.process.user.uid !== 0 && uid !== call.process.user.uid)
    throw new ConfigError(`only root can become ${name}`);
}

/** Whether a file can be written, as far as the image says. */
export function mayWrite(call: Call, path: string): boolean {
  const at = posix.resolve(call.process.cwd, path);
  if (isUnknown(at) || at.startsWith('/dev/')) return true;
  const target = call.files.look(at) === 'missing' ? posix.dirname(at) : at;
  if (/^(\/var)?\/tmp$/.test(target)) return true;
  return call.files.may(target, call.process.user, 2) !== false;
}

/** Its own sockets: what keeps it from opening them ends it. Gives the address that its programs are told. */
export function openServers(call: Call, config: Config): string | undefined {
  const unix = config.startingWith('unix_http_server').map((section) => {
    const file = config.get(section, 'file')?.value.trim();
    checkServer(config, section, file, 'file');
    const path = posix.resolve(call.process.cwd, file ?? '');
    if (!mayWrite(call, path)) throw new ConfigError(`cannot open an HTTP server at ${path}`);
    return `unix://${path}`;
  });
  const inet = config.startingWith('inet_http_server').map((section) => {
    const port = config.get(section, 'port')?.value;
    checkServer(config, section, port, 'port');
    const [, host = '', number = ''] = /^(?:(.*):)?\s*(\d+)\s*$/s.exec(port ?? '') ?? [];
    const isPort = Number(number) >= 1 && Number(number) <= 65_535;
    if (!isPort && !isUnknown(port ?? '')) throw new ConfigError(`${port} is no port`);
    return `http://${host === '' || host === '*' ? 'localhost' : host.toLowerCase()}:${number}`;
  });
  return unix[0] ?? inet[0];
}

function checkServer(config: Config, section: Section, value: string | undefined, option: string): void {
  if (value === undefined) throw new ConfigError(`section [${section.name}] has no ${option} value`);
  const [name, password] = ['username', 'password'].map((each) => config.get(section, each));
  if ((name === undefined) !== (password === undefined))
    throw new ConfigError(`section [${section.name}] contains incomplete authentication`);
}
