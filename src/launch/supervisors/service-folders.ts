import { posix } from 'node:path';
import { inBackground } from '../jobs.ts';
import { NeverEnds } from '../jumps.ts';
import type { Call, Tool } from '../tools/call.ts';

/**
 * runit, daemontools and s6: a folder with a folder for each service, in it a program `run`. One without the right
 * to be executed is not started, nor one beside a file `down`; a folder `log` has a logger of its own.
 */
export const serviceFolders: Tool = (call) => {
  const [folder = '.'] = operands(call);
  for (const name of call.files.list(call.path(folder)) ?? []) {
    if (!name.startsWith('.')) start(call, posix.join(call.path(folder), name));
  }
  throw new NeverEnds();
};

export const serviceFolder: Tool = (call) => {
  const [folder] = operands(call);
  if (folder === undefined) return call.fail('usage', 1);
  start(call, call.path(folder));
  throw new NeverEnds();
};

function operands(call: Call): string[] {
  return call.optionsOf(call.args, { short: 'Pd:t:c:C:sSxX:', lenient: true, permute: false })?.rest ?? [];
}

function start(call: Call, folder: string): void {
  const run = posix.join(folder, 'run');
  const isOff = call.files.look(posix.join(folder, 'down')) !== 'missing';
  if (isOff || !call.files.isFile(run) || call.files.may(run, call.process.user, 1) !== true) return;
  const step = { program: call.name, path: run, text: `starts the service ${posix.basename(folder)}` };
  const changes = { cwd: folder, role: 'background' as const, via: [...call.process.via, step] };
  inBackground(call.world, run, () => {
    call.run(['./run'], changes);
  });
  const log = posix.join(folder, 'log');
  if (call.files.isFile(posix.join(log, 'run'))) start(call, log);
}
