import { posix } from 'node:path';
import { defaultPath } from '../../program.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { refuseToStart, type Supervisor, stay } from '../child.ts';
import { ContainerEnvironment } from '../container-environment.ts';
import { become } from '../execline/commands.ts';
import { ServiceError, wantedServices } from './services.ts';
import { bringUp, isStrict, runFirst, type Start } from './start.ts';

const markers = ['/etc/s6-overlay', '/package/admin/s6-overlay', '/etc/s6/init'];
const folder = '/run/s6/container_environment';

/** Whether the image is laid out for s6-overlay, whose `/init` starts all that follows. */
export function hasOverlay(call: Pick<Call, 'files'>): boolean {
  return markers.some((path) => call.files.isDirectory(path));
}

/**
 * s6-overlay, versions 1 to 3: a hook, the services of s6-rc.d that the user's bundles want, the scripts of cont-init.d
 * one after the other, the services of services.d, and last the container's command, with which the container ends.
 */
export const s6Overlay: Supervisor = (call, self) => {
  const path = withCommands(call.process.env.get('PATH') || defaultPath);
  const env = new Map(call.process.env).set('PATH', path);
  const kept = new ContainerEnvironment(call, folder);
  kept.write(env);
  const scriptEnv = env.get('S6_KEEP_ENV') === '1' ? env : new Map([['PATH', path]]);
  const profile = env.get('S6_RUNTIME_PROFILE');
  const etc = profile ? posix.join('/etc/cont-profile.d', profile) : '/etc';
  try {
    const why = startAll({ call, etc, env: scriptEnv });
    if (why !== undefined && isStrict(call)) return refuseToStart(call, why, 1);
  } catch (error) {
    if (error instanceof ServiceError) return refuseToStart(call, error.message, 1);
    throw error;
  }
  if (call.args.length === 0) return stay(call, self);
  return become(call, call.args, { first: false, env: new Map([...env, ...kept.read()]) });
};

/** A PATH with the folders in which the overlay's own programs are. */
function withCommands(path: string): string {
  const missing = ['/command', '/usr/bin', '/bin'].filter((each) => !path.split(':').includes(each));
  return [...missing, path].join(':');
}

/** Starts everything but the command; says what is wrong where something is. Throws ServiceError. */
function startAll(start: Start): string | undefined {
  const { call, etc } = start;
  const hook = call.process.env.get('S6_STAGE2_HOOK')?.split(/\s+/).filter(Boolean) ?? [];
  const why = hook[0] === undefined ? undefined : runFirst(start, hook[0], hook);
  if (why !== undefined && isStrict(call)) return why;
  return bringUp(start, wantedServices(call, posix.join(etc, 's6-overlay')));
}

/** `with-contenv PROG…`: with the environment that the container was started with, and what scripts made of it. */
export const withContenv: Tool = (call) => {
  const kept = new ContainerEnvironment(call, folder);
  const env = kept.exists ? new Map([...call.process.env, ...kept.read()]) : call.process.env;
  return become(call, call.args, { env });
};
