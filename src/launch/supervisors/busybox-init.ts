import type { Call } from '../tools/call.ts';
import { refuseToStart, type Supervisor, stay } from './child.ts';
import { type Entry, inittab, runAll, shellSigns } from './inittab.ts';

/** In the order in which init carries them out; others wait for a signal. */
const stages = [['sysinit'], ['wait'], ['once'], ['respawn', 'askfirst']];
const actions = [...stages.flat(), 'ctrlaltdel', 'shutdown', 'restart'];

/** Terminals of a container that nobody has given one: what can be read and written under /dev. */
const devices = /^(null|zero|full|u?random|ptmx|std(in|out|err)|fd\/[012])$/;

/**
 * BusyBox's init (init/init.c): the lines of its table by their actions; run levels count for nothing. Without a table it
 * runs /etc/init.d/rcS, and shells on terminals. On standard input that has ended nobody is asked first.
 */
export const busyboxInit: Supervisor = (call, self) => {
  const called = call.name.replace(/^.*\//, '');
  if (!call.process.first && !called.startsWith('l')) return refuseToStart(call, 'must be run as PID 1', 1);
  const [level] = call.args;
  const isSingle = level !== undefined && ['single', '-s', '1'].includes(level);
  const table = isSingle ? [] : (readTable(call) ?? [script]);
  const env = new Map(call.process.env);
  env
    .set('HOME', '/')
    .set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin')
    .set('SHELL', '/bin/sh')
    .set('USER', 'root');
  if (level !== undefined) env.set('RUNLEVEL', level);
  for (const stage of stages) {
    const due = table.filter(({ id, action }) => stage.includes(action) && (id === '' || devices.test(id)));
    runAll(call, due, { env, cwd: '/' }, ['sysinit', 'wait']);
  }
  return stay(call, self);
};

const script: Entry = { id: '', levels: '', action: 'sysinit', command: '/etc/init.d/rcS', at: {} };

/** Nothing, or without a shell's help a program of an empty name. */
function isNoCommand(command: string): boolean {
  return command === '' || (/^[ \t]/.test(command) && !shellSigns.test(command));
}

/** The lines that count: of two with the same terminal and command the later one; undefined without a table. */
function readTable(call: Call): Entry[] | undefined {
  const read = call.files.read(inittab, call.access);
  if (!('text' in read)) return undefined;
  const table = new Map<string, Entry>();
  let line = 1;
  for (const text of read.text.split(/(?<!\\)\n/)) {
    const at = { path: inittab, line };
    line += text.split('\n').length;
    const [id = '', levels = '', action = '', ...command] = text
      .replace(/\\\n/g, '')
      .replace(/#.*/s, '')
      .split(':');
    const entry = { id: id.replace(/^\/dev\//, ''), levels, action, command: command.join(':'), at };
    if (!actions.includes(action) || isNoCommand(entry.command)) continue;
    const key = `${entry.id}:${entry.command}`;
    table.delete(key);
    table.set(key, entry);
  }
  return [...table.values()];
}
