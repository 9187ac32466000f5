import { posix } from 'node:path';
import { defaultPath } from '../../program.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { refuseToStart, runChild, type Supervisor, startChild, stay } from '../child.ts';
import { ContainerEnvironment } from '../container-environment.ts';
import { become } from '../execline/commands.ts';
import { startServices } from '../service-folders.ts';
import { type Service, ServiceError, wantedServices } from './services.ts';

const markers = ['/etc/s6-overlay', '/package/admin/s6-overlay', '/etc/s6/init'];
const folder = '/run/s6/container_environment';

/** Whether the image is laid out for s6-overlay, whose `/init` starts all that follows. */
export function hasOverlay(call: Pick<Call, 'files'>): boolean {
  return markers.some((path) => call.files.isDirectory(path));
}

/**
 * s6-overlay, versions 1 to 3: the scripts of cont-init.d one after the other, the services of s6-rc.d that the user's
 * bundles want, those of services.d, and last the container's command, with which the container ends.
 */
export const s6Overlay: Supervisor = (call, self) => {
  const { process } = call;
  const kept = new ContainerEnvironment(call, folder);
  kept.write(process.env);
  const path = `/command:${process.env.get('PATH') ?? defaultPath}`;
  const keepsEnv = process.env.get('S6_KEEP_ENV') === '1';
  const env = new Map(keepsEnv ? process.env : []).set('PATH', path);
  try {
    const services = wantedServices(call, '/etc/s6-overlay/s6-rc.d');
    // Scripts of old come behind what the services of the first bundle need, and before those of the second.
    for (const service of services) start(call, service, env);
  } catch (error) {
    if (error instanceof ServiceError) return refuseToStart(call, error.message, 1);
    throw error;
  }
  for (const name of call.files.list('/etc/cont-init.d') ?? []) {
    const script = posix.join('/etc/cont-init.d', name);
    if (call.files.may(script, process.user, 1) !== true) continue;
    const status = runChild(call, {
      name: script,
      argv: [script],
      at: { path: script },
      changes: { env, cwd: '/' },
    });
    if (status !== 0 && status !== undefined && process.env.get('S6_BEHAVIOUR_IF_STAGE2_FAILS') === '2')
      return refuseToStart(call, `${script} fails`, status);
  }
  startServices(call, '/etc/services.d', { env });
  if (call.args.length === 0) return stay(call, self);
  return become(call, call.args, { first: false, env: new Map([...process.env, ...kept.read()]) });
};

function start(call: Call, { name, kind, path, argv }: Service, env: ReadonlyMap<string, string>): void {
  const child = { name: `the service ${name}`, at: { path } };
  if (kind === 'oneshot') {
    runChild(call, { ...child, argv, changes: { env, cwd: '/' } });
    return;
  }
  // s6-rc-compile makes its copy of the script executable.
  call.files.change(path, { mode: 0o755 });
  startChild(call, { ...child, argv: ['./run'], changes: { env, cwd: posix.dirname(path) } });
}

/** `with-contenv PROG…`: with the environment that the container was started with, and what scripts made of it. */
export const withContenv: Tool = (call) => {
  const kept = new ContainerEnvironment(call, folder);
  const env = kept.exists ? new Map([...call.process.env, ...kept.read()]) : call.process.env;
  return become(call, call.args, { env });
};
