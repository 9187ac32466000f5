import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { parseScript } from '../execline/parse.ts';

/** What s6-rc brings up, or a name for several of it. */
export interface Service {
  name: string;
  /** `scripts`, `folders`: the scripts of cont-init.d and the services of services.d, which s6-overlay brings up. */
  kind: 'longrun' | 'oneshot' | 'bundle' | 'scripts' | 'folders';
  /** What has to be up before it; what a bundle stands for. */
  needs: readonly string[];
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

const bundles = ['user', 'user2'];

/** Services that s6-overlay brings itself. */
const builtIn: Readonly<Record<string, Pick<Service, 'kind' | 'needs'>>> = {
  base: { kind: 'bundle', needs: ['fix-attrs', 'legacy-cont-init'] },
  'fix-attrs': { kind: 'bundle', needs: [] },
  'legacy-cont-init': { kind: 'scripts', needs: ['fix-attrs'] },
  'legacy-services': { kind: 'folders', needs: ['user', 'base'] },
};

/** Where definitions are, and where the user's bundles are. */
interface Folders {
  definitions: string;
  bundles: string;
}

/**
 * Everything in the order in which it comes up: what the bundle `user` wants, with all that it depends on before it,
 * then what came before s6-rc and what `user2` wants. Throws ServiceError.
 */
export function wantedServices(call: Call, etc: string): Service[] {
  const definitions = posix.join(etc, 's6-rc.d');
  const chosen = call.process.env.get('S6_RUNTIME_BUNDLEDIR') || posix.join(etc, 'user-bundles.d');
  // Bundles among the definitions, as older versions have them, are the only ones that count.
  const isOld = call.files.isDirectory(posix.join(definitions, 'user'));
  const folders = { definitions, bundles: isOld ? definitions : chosen };
  const found = new Map<string, Service>();
  for (const root of ['user', 'base', 'user2', 'legacy-services']) collect(call, folders, root, found);
  return [...found.values()];
}

function collect(call: Call, folders: Folders, name: string, found: Map<string, Service>): void {
  call.world.budget.spend();
  if (found.has(name)) return;
  const service = serviceAt(call, folders, name);
  found.set(name, service);
  for (const each of service.needs) collect(call, folders, each, found);
  // What it depends on stands before it.
  found.delete(name);
  found.set(name, service);
}

function serviceAt(call: Call, folders: Folders, name: string): Service {
  const own = builtIn[name];
  if (own) return { name, path: '', argv: [], ...own };
  if (bundles.includes(name)) return bundleAt(call, posix.join(folders.bundles, name), name);
  const at = posix.join(folders.definitions, name);
  const type = text(call, posix.join(at, 'type'))?.trim();
  if (type === 'bundle') return bundleAt(call, at, name);
  const needs = namesIn(call, at, 'dependencies');
  if (type === 'longrun') {
    const path = posix.join(at, 'run');
    if (!call.files.isFile(path)) throw new ServiceError(`the service ${name} has no run script`);
    return { name, kind: type, needs, path, argv: [] };
  }
  if (type === 'oneshot') {
    const path = posix.join(at, 'up');
    const argv = parseScript(text(call, path) ?? '');
    if (argv === undefined) throw new ServiceError(`the up of the service ${name} is not well-formed`);
    return { name, kind: type, needs, path, argv };
  }
  const why = type === undefined ? 'is wanted and not defined' : `has the wrong type ${type}`;
  throw new ServiceError(`the service ${name} ${why}`);
}

function bundleAt(call: Call, at: string, name: string): Service {
  return { name, kind: 'bundle', needs: namesIn(call, at, 'contents'), path: at, argv: [] };
}

/** Names listed in a folder `contents.d`, but for hidden ones, or in a file `contents`. */
function namesIn(call: Call, at: string, list: string): string[] {
  const names = (call.files.list(posix.join(at, `${list}.d`)) ?? []).filter((name) => !name.startsWith('.'));
  const lines = (text(call, posix.join(at, list)) ?? '').split('\n').map((line) => line.trim());
  return [...names, ...lines.filter((line) => line !== '' && !line.startsWith('#'))];
}

function text(call: Call, path: string): string | undefined {
  const read = call.files.read(path, call.access);
  return 'text' in read ? read.text : undefined;
}
