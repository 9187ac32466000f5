import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type App, type AppSpec, apps, commonPackages } from './apps.ts';
import { addPackages, installDebian, ownSuite } from './debian.ts';
import { isMade, type MadeFolder, makeFolder } from './made-folder.ts';
import { cacheDir } from './paths.ts';

const execute = promisify(execFile);
const tools = ['mmdebstrap', 'unshare', 'nsenter', 'setpriv', 'flock', 'ip', 'ss'];

/** Why root file systems can't be built and run here; undefined when they can. */
export function unable(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root for mounts and namespaces';
  const missing = tools.filter((tool) => !onPath(tool));
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  if (!readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n'))
    return 'the kernel has no overlayfs';
  const namespaces = spawnSync('unshare', ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork', 'true']);
  return namespaces.status === 0 ? undefined : 'new namespaces are not permitted';
}

export function rootfsDir(app: App): string {
  return join(cacheDir, 'rootfs', homeOf(app));
}

/** The app in whose root file system it is run. */
function homeOf(app: App): App {
  const spec: AppSpec = apps[app];
  return spec.home ?? app;
}

/** Whether the file system of an app stands ready, made from the package list as it is now. */
export function isBuilt(app: App): boolean {
  return isMade(rootfsOf(app));
}

/** Builds an app's root file system unless it stands; returns its folder. The first of a suite takes a minute. */
export async function buildRootfs(app: App): Promise<string> {
  await makeFolder(rootfsOf(app));
  return rootfsDir(app);
}

function rootfsOf(app: App): MadeFolder {
  const spec: AppSpec = apps[homeOf(app)];
  const { suite = ownSuite, packages, prepare } = spec;
  const make = async (work: string) => {
    const base = baseOf(suite);
    await makeFolder(base);
    await addPackages(base.dir, work, suite, packages);
    for (const [program = '', ...args] of prepare) await execute('chroot', [work, program, ...args]);
  };
  return { dir: rootfsDir(app), recipe: [suite, commonPackages, spec], make };
}

/** What the apps of a suite have in common. */
function baseOf(suite: string): MadeFolder {
  const dir = join(cacheDir, 'rootfs', `base-${suite}`);
  return {
    dir,
    recipe: [suite, commonPackages],
    make: (work) => installDebian(work, suite, commonPackages),
  };
}

function onPath(tool: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', tool]).status === 0;
}
