import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { findUser } from '../../users.ts';
import { type Supervisor, startChild, stay } from '../child.ts';

/** Folders of tables: with a user in each line, or named by their user. */
const shared = ['/etc/cron.d'];
const spools = ['/var/spool/cron/crontabs', '/var/spool/cron', '/etc/crontabs'];

/** `cron -f`, `crond -f`: what is to be done when it starts (`@reboot`); what waits for a time may come at any. */
export const cron: Supervisor = (call, self) => {
  runTable(call, '/etc/crontab', undefined);
  for (const folder of shared) {
    for (const name of call.files.list(folder) ?? []) runTable(call, posix.join(folder, name), undefined);
  }
  for (const folder of spools) {
    for (const name of call.files.list(folder) ?? []) runTable(call, posix.join(folder, name), name);
  }
  const goesOn = call.args.some((arg) => /^-[a-z]*[fn]/.test(arg));
  return goesOn ? stay(call, self) : 0;
};

function runTable(call: Call, path: string, owner: string | undefined): void {
  const read = call.files.isFile(path) ? call.files.read(path, call.access) : undefined;
  const env = new Map([
    ['PATH', '/usr/bin:/bin'],
    ['SHELL', '/bin/sh'],
  ]);
  for (const [index, line] of (read && 'text' in read ? read.text.split('\n') : []).entries()) {
    const [, name, value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) env.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
    const [, rest] = /^\s*@reboot\s+(.*)$/.exec(line) ?? [];
    if (rest === undefined) continue;
    const [, who = owner ?? 'root', command = ''] =
      owner === undefined ? (/^(\S+)\s+(.*)$/.exec(rest) ?? []) : [rest, owner, rest];
    const user = findUser(call.files.rootfs, who);
    const own = new Map(env).set('HOME', user.home).set('LOGNAME', user.name);
    const argv = [env.get('SHELL') ?? '/bin/sh', '-c', command];
    startChild(call, {
      name: command,
      argv,
      at: { path, line: index + 1 },
      changes: { env: own, cwd: user.home, user },
    });
  }
}
