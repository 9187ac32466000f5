import { posix } from 'node:path';
import { configParser } from '../../../syntax/config-parser/config-parser.ts';
import type { ConfigNode } from '../../../syntax/tree.ts';
import type { Call } from '../../tools/call.ts';
import { findUser } from '../../users.ts';
import { refuseToStart, type Supervisor, startChild, stay } from '../child.ts';
import { splitCommand } from '../supervisord/values.ts';

const mostProcesses = 50;

/** `circusd FILE`: every `[watcher:NAME]` is a command, with the environment of `[env:NAME]`. */
export const circus: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, {
    short: 'h',
    long: { daemon: false, 'log-level': true },
    lenient: true,
  });
  const [file] = options?.rest ?? [];
  const text = file === undefined ? undefined : call.read(file);
  if (file === undefined || text === undefined) return refuseToStart(call, 'it has no config file', 1);
  const { nodes } = configParser.parse(text, call.path(file));
  for (const node of nodes) if (node.name.startsWith('watcher:')) startWatcher(call, node, nodes);
  return stay(call, self);
};

function startWatcher(call: Call, watcher: ConfigNode, nodes: readonly ConfigNode[]): void {
  const name = watcher.name.slice('watcher:'.length);
  const options = new Map(watcher.children?.map((child) => [child.name, child]));
  const value = (option: string) => options.get(option)?.args[0];
  const command = options.get('cmd');
  if (command === undefined || /^(false|0|no)$/i.test(value('autostart') ?? '')) return;
  const env = new Map(call.process.env);
  for (const each of nodes.filter(({ name: section }) => section === 'env' || section === `env:${name}`)) {
    for (const { name: variable, args } of each.children ?? [])
      env.set(variable.toUpperCase(), args[0] ?? '');
  }
  const expanded = (text: string, number: number) =>
    text.replace(/\$\(circus\.env\.(\w+)\)|\(\(circus\.env\.(\w+)\)\)|\$\(circus\.wid\)/gi, (_, a, b) =>
      a === undefined && b === undefined ? String(number) : (env.get((a ?? b).toUpperCase()) ?? ''),
    );
  const uid = value('uid');
  const user = uid === undefined ? {} : { user: findUser(call.files.rootfs, uid) };
  const cwd = posix.resolve(call.process.cwd, value('working_dir') ?? '.');
  const count = Math.min(Number(value('numprocs') ?? 1) || 0, mostProcesses);
  for (let number = 1; number <= count; number++) {
    const line = expanded(`${command.args[0] ?? ''} ${value('args') ?? ''}`, number);
    const isShell = /^(true|1|yes)$/i.test(value('shell') ?? '');
    const argv = isShell ? ['/bin/sh', '-c', line] : (splitCommand(line) ?? []);
    startChild(call, { name, argv, at: command.at, changes: { env, cwd, ...user } });
  }
}
