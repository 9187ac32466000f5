import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { parseScript } from '../execline/parse.ts';

/** One atomic service of s6-rc. */
export interface Service {
  name: string;
  kind: 'longrun' | 'oneshot';
  /** Its `run` or `up`. */
  path: string;
  /** The command of an `up`. */
  argv: string[];
}

/** Definitions that s6-rc-compile refuses: nothing starts. */
export class ServiceError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Services that s6-overlay brings itself. */
const builtIn = new Set([
  'base',
  'top',
  'fix-attrs',
  'legacy-cont-init',
  'legacy-services',
  'init-init',
  'user',
  'user2',
]);
const bundles = ['user', 'user2'];

/**
 * The services that the bundles `user` and `user2` want, with all that those depend on, before them. Throws
 * ServiceError.
 */
export function wantedServices(call: Call, folder: string): Service[] {
  const found = new Map<string, Service | undefined>();
  for (const bundle of bundles) {
    const own = [posix.join(folder, bundle), posix.join(posix.dirname(folder), 'user-bundles.d', bundle)];
    for (const at of own)
      for (const name of namesIn(call, at, 'contents')) collect(call, folder, name, found);
  }
  return [...found.values()].filter((service) => service !== undefined);
}

function collect(call: Call, folder: string, name: string, found: Map<string, Service | undefined>): void {
  call.world.budget.spend();
  const at = posix.join(folder, name);
  if (found.has(name) || (builtIn.has(name) && !call.files.isDirectory(at))) return;
  found.set(name, undefined);
  const type = text(call, posix.join(at, 'type'))?.trim();
  const needed = namesIn(call, at, type === 'bundle' ? 'contents' : 'dependencies');
  for (const each of needed) collect(call, folder, each, found);
  // What it depends on stands before it.
  found.delete(name);
  found.set(name, type === 'bundle' ? undefined : serviceAt(call, at, name, type));
}

function serviceAt(call: Call, at: string, name: string, type: string | undefined): Service {
  if (type === 'longrun') {
    const path = posix.join(at, 'run');
    if (!call.files.isFile(path)) throw new ServiceError(`the service ${name} has no run script`);
    return { name, kind: type, path, argv: [] };
  }
  if (type === 'oneshot') {
    const path = posix.join(at, 'up');
    const argv = parseScript(text(call, path) ?? '');
    if (argv === undefined) throw new ServiceError(`the up of the service ${name} is not well-formed`);
    return { name, kind: type, path, argv };
  }
  const why = type === undefined ? 'is wanted and not defined' : `has the wrong type ${type}`;
  throw new ServiceError(`the service ${name} ${why}`);
}

/** Names listed in a folder `contents.d`, or in a file `contents`. */
function namesIn(call: Call, at: string, list: string): string[] {
  const names = call.files.list(posix.join(at, `${list}.d`)) ?? [];
  const lines = (text(call, posix.join(at, list)) ?? '').split('\n').map((line) => line.trim());
  return [...names, ...lines.filter((line) => line !== '' && !line.startsWith('#'))];
}

function text(call: Call, path: string): string | undefined {
  const read = call.files.read(path, call.access);
  return 'text' in read ? read.text : undefined;
}
