import { posix } from 'node:path';
import {
  type EvaluatedLaunch,
  type Evaluation,
  evaluateProcess,
  evaluateStart,
} from '../../engine/evaluate-start.ts';
import { passwd } from '../../launch/users.ts';
import type { Launch } from '../../model/launch.ts';
import type { Pack } from '../../pack/schema.ts';
import type { ExpectedListener, LiveProfile, Program, ReadConfig } from '../../policy/live-profile.ts';
import { FolderTree } from '../../rootfs/folder.ts';
import { Rootfs } from '../../rootfs/rootfs.ts';
import { RootView } from '../../sensor/proc/origin.ts';
import { procDir } from '../../sensor/proc/read.ts';
import type { EvaluationRequest, RunningProgram } from './request.ts';

/** The profile of a running container, or of one process of it, by its files as they are now. Throws when it is gone. */
export function evaluateLive(request: EvaluationRequest, packs: readonly Pack[]): LiveProfile {
  const tree = new FolderTree(`${procDir}/${request.pid}/root`);
  try {
    const rootfs = new Rootfs(tree);
    const options = { ipv6: request.ipv6 };
    const evaluation =
      request.kind === 'start'
        ? evaluateStart(request.start, rootfs, packs, options)
        : evaluateProcess(launchOf(request.process, rootfs), rootfs, packs, options);
    return profileOf(evaluation, new LiveFiles(request.pid, tree, rootfs));
  } finally {
    tree.close();
  }
}

/** A process as the engine knows one: the path that it was started by where that leads to its executable. */
function launchOf({ exe, argv, env, cwd, uid }: RunningProgram, rootfs: Rootfs): Launch {
  const name = argv[0] ?? '';
  const folders = name.includes('/')
    ? [posix.dirname(posix.resolve(cwd, name))]
    : (env.PATH ?? '').split(':');
  const candidates = folders.filter(Boolean).map((folder) => posix.join(folder, posix.basename(name)));
  return {
    exe: candidates.find((path) => rootfs.resolve(path) === exe) ?? exe,
    realExe: exe,
    argv,
    env,
    cwd,
    user: { name: passwd(rootfs).find((entry) => entry.uid === uid)?.name ?? String(uid), uid },
    via: [],
    certainty: 'certain',
  };
}

function profileOf({ launches, findings }: Evaluation, files: LiveFiles): LiveProfile {
  const packs = launches.flatMap(({ match }) => (match ? [match.pack] : []));
  return {
    listeners: launches.flatMap((launch) => listenersOf(launch, files)),
    configs: launches.flatMap((launch) => configsOf(launch, files)),
    apps: [...new Set(packs.map(({ app }) => app))],
    packs: [...new Set(packs.map(({ app, version }) => `${app} ${version}`))],
    findings,
    isComplete: launches.length > 0 && launches.every(({ match }) => match !== undefined),
  };
}

function listenersOf({ launch, match, result }: EvaluatedLaunch, files: LiveFiles): ExpectedListener[] {
  const own = launch.realExe === undefined ? undefined : files.program(launch.realExe);
  const scripts = scriptsOf(launch);
  return result.listeners
    .filter(({ transport }) => transport !== 'unix')
    .map((listener) => {
      // A server may have another program of its own listen.
      if (listener.process !== launch.exe)
        return { listener, program: files.program(listener.process), isByArguments: false, scripts };
      const isByArguments = match?.way?.main !== undefined || match?.way?.called !== undefined;
      return { listener, program: own, isByArguments, scripts };
    });
}

function configsOf({ launch, match, result }: EvaluatedLaunch, files: LiveFiles): ReadConfig[] {
  const app = match?.pack.app ?? '';
  const paths = [...result.configs.map(({ path }) => path), ...scriptsOf(launch)];
  return [...new Set(paths)].flatMap((path) => files.config(app, path) ?? []);
}

/** Those that were followed on the way to it. */
function scriptsOf({ via }: Launch): string[] {
  return [...new Set(via.flatMap(({ path }) => (path?.startsWith('/') ? [path] : [])))];
}

/** Which files these are, and where they came from. */
class LiveFiles {
  readonly #tree: FolderTree;
  readonly #rootfs: Rootfs;
  readonly #view: RootView;

  constructor(pid: number, tree: FolderTree, rootfs: Rootfs) {
    this.#tree = tree;
    this.#rootfs = rootfs;
    this.#view = new RootView(pid);
  }

  program(named: string): Program | undefined {
    const path = this.#rootfs.resolve(named) ?? named;
    const identity = this.#tree.identity(path);
    return identity && { path, device: identity.device, inode: identity.inode };
  }

  /** Undefined for one that is not there: a script that was followed would have written it. */
  config(app: string, path: string): ReadConfig | undefined {
    const real = this.#rootfs.resolve(path);
    const identity = real === undefined ? undefined : this.#tree.identity(real);
    if (real === undefined || identity === undefined) return undefined;
    const { device, changed } = identity;
    const origin = this.#view.originOf({ path: real, device, isUnlinked: false });
    return { app, path, origin, changed };
  }
}
