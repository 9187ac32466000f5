import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { notStarted, runChild, supervise } from '../child.ts';
import { startServices } from '../service-folders.ts';
import type { Service } from './services.ts';

/** What all that s6-overlay starts have in common. */
export interface Start {
  call: Call;
  /** `/etc`, or a profile in its place. */
  etc: string;
  env: ReadonlyMap<string, string>;
}

/** Runs a program and waits for it; says what is wrong where it fails. */
export function runFirst({ call, env }: Start, path: string, argv: readonly string[]): string | undefined {
  const status = runChild(call, { name: path, argv, at: { path }, changes: { env, cwd: '/' } });
  return status === 0 || status === undefined ? undefined : `${path} fails with status ${status}`;
}

/**
 * Brings services up in their order, and leaves out what needs one that failed. Says what is wrong where not all of
 * them are up.
 */
export function bringUp(start: Start, services: readonly Service[]): string | undefined {
  const failed = new Map<string, string>();
  for (const service of services) {
    const missing = service.needs.find((each) => failed.has(each)) ?? '';
    const cause = failed.get(missing);
    const why = cause ?? bringUpOne(start, service);
    if (why === undefined) continue;
    failed.set(service.name, why);
    if (cause !== undefined && service.kind === 'longrun') {
      const at = { kind: 'config' as const, path: service.path, text: `it needs ${missing}` };
      notStarted(start.call, `the service ${service.name}`, why, at);
    }
  }
  return failed.values().next().value;
}

function bringUpOne(start: Start, { name, kind, path, argv }: Service): string | undefined {
  const { call, env, etc } = start;
  switch (kind) {
    case 'bundle':
      return undefined;
    case 'scripts':
      return runScripts(start);
    case 'folders':
      startServices(call, posix.join(etc, 'services.d'), { env });
      return undefined;
    case 'oneshot':
      // One that is there for its dependencies only.
      return argv.length === 0 ? undefined : runFirst(start, path, argv);
    case 'longrun':
      // s6-rc-compile makes its copy of the script executable.
      call.files.change(path, { mode: 0o755 });
      supervise(call, {
        name: `the service ${name}`,
        argv: ['./run'],
        at: { path },
        changes: { env, cwd: posix.dirname(path) },
      });
  }
}

/** All of them run, whatever becomes of those before; that one fails counts only where it is to end the container. */
function runScripts(start: Start): string | undefined {
  const { call, etc } = start;
  const folder = posix.join(etc, 'cont-init.d');
  const paths = (call.files.list(folder) ?? []).map((name) => posix.join(folder, name));
  const failed = paths
    .filter((path) => call.files.may(path, call.process.user, 1) === true)
    .map((path) => runFirst(start, path, [path]))
    .find((why) => why !== undefined);
  return isStrict(call) ? failed : undefined;
}

/** Whether the container ends when something does not come up. */
export function isStrict({ process }: Call): boolean {
  return Number(process.env.get('S6_BEHAVIOUR_IF_STAGE2_FAILS')) >= 2;
}
