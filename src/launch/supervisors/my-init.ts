import { posix } from 'node:path';
import type { Call } from '../tools/call.ts';
import { refuseToStart, runChild, type Supervisor, stay } from './child.ts';
import { ContainerEnvironment } from './container-environment.ts';
import { become } from './execline/commands.ts';
import { startServices } from './service-folders.ts';

const spec = {
  short: 'h',
  long: {
    help: false,
    quiet: false,
    'enable-insecure-key': false,
    'skip-startup-files': false,
    'skip-runit': false,
    'no-kill-all-on-exit': false,
    'no-main-command': false,
  },
  permute: false,
};

/** Variables that it does not put into its folder. */
const own = new Set(['HOME', 'USER', 'GROUP', 'UID', 'GID', 'SHELL']);

/**
 * my_init of baseimage-docker: the programs of /etc/my_init.d in order, /etc/rc.local, the services of /etc/service,
 * then the command that it was given. The environment is a folder, which each of them may change.
 */
export const myInit: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, spec);
  if (options === undefined) return call.fail('usage', 2);
  const folder = new ContainerEnvironment(call, '/etc/container_environment');
  const before = folder.exists ? folder.read() : new Map<string, string>();
  folder.write(new Map([...before, ...call.process.env]), own);
  const environment = () => new Map([...call.process.env, ...folder.read()]);
  if (!options.has('skip-startup-files')) {
    for (const path of startupFiles(call)) {
      const status = runChild(call, {
        name: path,
        argv: [path],
        at: { path },
        changes: { env: environment() },
      });
      if (status !== 0 && status !== undefined)
        return refuseToStart(call, `${path} fails with status ${status}`, status);
    }
  }
  const env = environment();
  if (!options.has('skip-runit')) startServices(call, '/etc/service', { env });
  return options.rest.length === 0 ? stay(call, self) : become(call, options.rest, { env, first: false });
};

function startupFiles({ files, process }: Call): string[] {
  const names = files.list('/etc/my_init.d') ?? [];
  const paths = [...names.map((name) => posix.join('/etc/my_init.d', name)), '/etc/rc.local'];
  return paths.filter((path) => files.isFile(path) && files.may(path, process.user, 1) === true);
}
