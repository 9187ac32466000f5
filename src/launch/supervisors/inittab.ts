import type { Evidence } from '../../model/evidence.ts';
import type { Process } from '../process.ts';
import type { Call } from '../tools/call.ts';
import { runChild, type Supervisor, startChild, stay } from './child.ts';

/** One line of /etc/inittab: `id:runlevels:action:process` (inittab(5)). */
export interface Entry {
  id: string;
  levels: string;
  action: string;
  command: string;
  at: Pick<Evidence, 'path' | 'line'>;
}

export const inittab = '/etc/inittab';

function entries(call: Call): Entry[] {
  const read = call.files.read(inittab, call.access);
  const lines = 'text' in read ? read.text.split('\n') : [];
  return lines.flatMap((line, index) => {
    const [, id, levels, action, command] = /^\s*([^:#]*):([^:]*):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined || levels === undefined || action === undefined || command === undefined) return [];
    return [
      {
        id: id.trim(),
        levels,
        action: action.trim(),
        command: command.trim(),
        at: { path: inittab, line: index + 1 },
      },
    ];
  });
}

/** Signs that both inits need a shell for. */
export const shellSigns = /[~`!$^&*()=|\\{}[\];"'<>?]/;

function argvOf(command: string): string[] {
  if (shellSigns.test(command)) return ['/bin/sh', '-c', `exec ${command}`];
  return command.split(/[ \t]+/).filter((word) => word !== '');
}

type Changes = Partial<Pick<Process, 'env' | 'cwd'>>;

/** Starts the programs of some lines, in their order, and waits for those of the actions `waits`. */
export function runAll(call: Call, list: readonly Entry[], changes: Changes, waits: readonly string[]): void {
  for (const { command, action, at } of list) {
    const argv = argvOf(command.replace(/^[-+@]+/, ''));
    if (argv.length === 0) continue;
    const child = { name: argv.join(' '), argv, at, changes };
    if (waits.includes(action)) runChild(call, child);
    else startChild(call, child);
  }
}

/** sysvinit: what is done at boot, then the lines of one run level, in the order of the file. */
export const sysvInit: Supervisor = (call, self) => {
  const table = entries(call);
  const given = call.args.find((arg) => /^[0-9sS]$/.test(arg))?.toUpperCase();
  const level = given ?? (table.find(({ action }) => action === 'initdefault')?.levels.charAt(0) || '2');
  const env = new Map(call.process.env).set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin');
  env.set('RUNLEVEL', level).set('PREVLEVEL', 'N').set('INIT_VERSION', 'sysvinit');
  const changes = { env, cwd: '/' };
  const waits = ['sysinit', 'bootwait', 'wait'];
  for (const action of ['sysinit', 'boot', 'bootwait']) {
    runAll(
      call,
      table.filter((entry) => entry.action === action),
      changes,
      waits,
    );
  }
  const isWanted = ({ levels, action }: Entry) =>
    (levels === '' || levels.includes(level)) && ['wait', 'once', 'respawn'].includes(action);
  runAll(call, table.filter(isWanted), changes, waits);
  return stay(call, self);
};
