import { posix } from 'node:path';
import type { Process } from '../../process.ts';
import { defaultPath } from '../../program.ts';
import type { Status } from '../../texts.ts';
import type { Call } from '../../tools/call.ts';
import { findUser, type Identity } from '../../users.ts';
import { notStarted, runChild, supervise } from '../child.ts';
import { all, last, type Unit } from './unit.ts';
import { type Command, commandsOf, specified, splitWords } from './words.ts';

type Changes = Pick<Process, 'env' | 'user' | 'cwd'>;

/**
 * Starts a service: what it does before, then its command, which stays, goes to the background, or ends. Gives false
 * where it fails.
 */
export function startService(call: Call, unit: Unit): boolean {
  const start = all(unit, 'Service.ExecStart');
  const [first] = start;
  if (first === undefined) return true;
  const changes = changesOf(call, unit);
  if (typeof changes === 'string') {
    notStarted(call, unit.name, changes, first.at);
    return false;
  }
  if (isSkipped(call, unit, changes)) return true;
  const before = all(unit, 'Service.ExecStartPre').flatMap((setting) =>
    commandsOf(setting.value, unit, changes.env).map((command) => ({ command, at: setting.at })),
  );
  for (const { command, at } of before) {
    const status = runChild(call, childOf(unit, command, at, changes));
    if (status !== 0 && status !== undefined && !command.mayFail) {
      notStarted(call, unit.name, `${command.argv.join(' ')} fails`, at);
      return false;
    }
  }
  const waits = ['oneshot', 'forking'].includes(last(unit, 'Service.Type')?.value ?? 'simple');
  for (const setting of start) {
    for (const command of commandsOf(setting.value, unit, changes.env)) {
      const child = childOf(unit, command, setting.at, changes);
      if (!waits) supervise(call, child);
      else if (failed(runChild(call, child)) && !command.mayFail) return false;
    }
  }
  return true;
}

/** A command of ExecCondition= that fails leaves the service out, which is no error. */
function isSkipped(call: Call, unit: Unit, changes: Changes): boolean {
  return all(unit, 'Service.ExecCondition').some(({ value, at }) =>
    commandsOf(value, unit, changes.env).some((command) =>
      failed(runChild(call, childOf(unit, command, at, changes))),
    ),
  );
}

function failed(status: Status): boolean {
  return status !== 0 && status !== undefined;
}

function childOf(
  unit: Unit,
  { argv, file }: Command,
  at: { path?: string; line?: number },
  changes: Changes,
) {
  return { name: unit.name, argv, at, changes: file === undefined ? changes : { ...changes, file } };
}

/** How the service's processes differ from the manager; a reason where it can't be started. */
function changesOf(call: Call, unit: Unit): Changes | string {
  const name = last(unit, 'Service.User')?.value;
  const isDynamic = /^(yes|true|on|1)$/i.test(last(unit, 'Service.DynamicUser')?.value ?? '');
  const spec = name === undefined ? undefined : specified(name, unit);
  const group = last(unit, 'Service.Group')?.value;
  const own = findUser(
    call.files.rootfs,
    spec === undefined ? 'root' : `${spec}${group === undefined ? '' : `:${group}`}`,
  );
  if (own.uid === undefined && !isDynamic) return `the image has no user ${own.name}`;
  const env = environmentOf(call, unit, spec === undefined ? undefined : own);
  if (typeof env === 'string') return env;
  const folder = last(unit, 'Service.WorkingDirectory')?.value ?? '/';
  const path = specified(folder.replace(/^-/, ''), unit);
  const cwd = path === '~' ? own.home : path;
  const isThere = call.files.isDirectory(cwd) || call.files.look(cwd) === 'unknown';
  if (!isThere && !folder.startsWith('-')) return `there is no folder ${cwd}`;
  return { env, user: own, cwd: isThere ? cwd : '/' };
}

/** Services begin with an environment of their own, not the container's. */
function environmentOf(call: Call, unit: Unit, user: Identity | undefined): Map<string, string> | string {
  const env = new Map([['PATH', defaultPath]]);
  if (user) {
    const { name, home, shell } = user;
    for (const [key, value] of Object.entries({ HOME: home, LOGNAME: name, USER: name, SHELL: shell }))
      env.set(key, value);
  }
  const passed = all(unit, 'Service.PassEnvironment').flatMap(({ value }) => splitWords(value));
  for (const name of passed) {
    const value = call.process.env.get(name);
    if (value !== undefined) env.set(name, value);
  }
  for (const { value } of all(unit, 'Service.Environment')) {
    for (const assignment of splitWords(value)) assign(env, specified(assignment, unit));
  }
  for (const { value } of all(unit, 'Service.EnvironmentFile')) {
    const path = specified(value.replace(/^-/, ''), unit);
    const text = readAll(call, path);
    if (text === undefined && !value.startsWith('-')) return `there is no ${path}`;
    for (const assignment of assignmentsOf(text ?? '')) assign(env, assignment);
  }
  const unset = all(unit, 'Service.UnsetEnvironment').flatMap(({ value }) => splitWords(value));
  for (const name of unset) env.delete(name);
  return env;
}

function assign(env: Map<string, string>, assignment: string): void {
  const equals = assignment.indexOf('=');
  if (equals > 0) env.set(assignment.slice(0, equals), assignment.slice(equals + 1));
}

/** An environment file, or all that a pattern matches. */
function readAll(call: Call, path: string): string | undefined {
  const texts = call.files.rootfs.glob(posix.normalize(path)).flatMap((each) => {
    const read = call.files.read(each, call.access);
    return 'text' in read ? [read.text] : [];
  });
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** Lines `NAME=value`, quotes undone, continued by a backslash; `#` and `;` begin comments. */
function assignmentsOf(text: string): string[] {
  const lines = text.replace(/\\\n/g, '').split('\n');
  return lines.flatMap((line) => {
    const [, name, value = ''] = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const quoted = /^(["'])([\s\S]*)\1$/.exec(value);
    return [
      `${name}=${quoted ? (quoted[2] ?? '').replace(/\\(["\\$`])/g, '$1') : value.replace(/\\(.)/g, '$1')}`,
    ];
  });
}
