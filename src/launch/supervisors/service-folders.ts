import { posix } from 'node:path';
import type { Process } from '../process.ts';
import type { Status } from '../texts.ts';
import type { Call } from '../tools/call.ts';
import { runChild, type Supervisor, stay, supervise } from './child.ts';
import { become } from './execline/commands.ts';

/**
 * runit, daemontools and s6: a folder with a folder for each service, in it a program `run`. One without the right
 * to be executed is not started, nor one beside a file `down`; a folder `log` has a logger of its own.
 */
export const serviceFolders: Supervisor = (call, self) => {
  const [folder = '.'] = operands(call);
  startServices(call, folder);
  return stay(call, self);
};

export const serviceFolder: Supervisor = (call, self): Status => {
  const [folder] = operands(call);
  if (folder === undefined) return call.fail('usage', 1);
  startService(call, call.path(folder));
  return stay(call, self);
};

/** runit as the first process: its first stage, then its second, which goes on as long as the container does. */
export const runit: Supervisor = (call) => {
  const [first, second] = ['/etc/runit/1', '/etc/runit/2'] as const;
  runChild(call, { name: first, argv: [first], at: { path: first } });
  return become(call, [second], { first: false });
};

/** Starts the services of all folders in a folder. */
export function startServices(call: Call, folder: string, changes: Partial<Pick<Process, 'env'>> = {}): void {
  for (const name of call.files.list(call.path(folder)) ?? []) {
    if (!name.startsWith('.')) startService(call, posix.join(call.path(folder), name), changes);
  }
}

function operands(call: Call): string[] {
  return call.optionsOf(call.args, { short: 'Pd:t:c:C:sSxX:', lenient: true, permute: false })?.rest ?? [];
}

export function startService(call: Call, folder: string, changes: Partial<Pick<Process, 'env'>> = {}): void {
  const run = posix.join(folder, 'run');
  const isOff = call.files.look(posix.join(folder, 'down')) !== 'missing';
  if (isOff || !call.files.isFile(run) || call.files.may(run, call.process.user, 1) !== true) return;
  const name = `the service ${posix.basename(folder)}`;
  supervise(call, { name, argv: ['./run'], at: { path: run }, changes: { ...changes, cwd: folder } });
  const log = posix.join(folder, 'log');
  if (call.files.isFile(posix.join(log, 'run'))) startService(call, log, changes);
}
