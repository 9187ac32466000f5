import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type App, apps, commonPackages } from './apps.ts';
import { cacheDir } from './paths.ts';

const suite = 'bookworm';
const execute = promisify(execFile);

/** Why root file systems can't be built and run here; undefined when they can. */
export function unable(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root for mounts and namespaces';
  const missing = ['mmdebstrap', 'unshare', 'nsenter', 'ip', 'ss'].filter((tool) => !onPath(tool));
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  if (!readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n'))
    return 'the kernel has no overlayfs';
  const namespaces = spawnSync('unshare', ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork', 'true']);
  return namespaces.status === 0 ? undefined : 'new namespaces are not permitted';
}

export function rootfsDir(app: App): string {
  return join(cacheDir, 'rootfs', app);
}

/** Whether the file system of an app stands ready, made from the package list as it is now. */
export function isBuilt(app: App): boolean {
  const file = stampFile(app);
  return existsSync(file) && readFileSync(file, 'utf8') === stamp(app);
}

/** Builds an app's root file system unless it stands; returns its folder. Takes about a minute. */
export async function buildRootfs(app: App): Promise<string> {
  const dir = rootfsDir(app);
  if (isBuilt(app)) return dir;
  const work = `${dir}.new-${process.pid}`;
  rmSync(dir, { recursive: true, force: true });
  rmSync(stampFile(app), { force: true });
  mkdirSync(work, { recursive: true });
  try {
    await execute('mmdebstrap', mmdebstrapArguments(app, work));
    for (const [program, ...rest] of apps[app].prepare as readonly string[][])
      await execute('chroot', [work, program as string, ...rest]);
    renameSync(work, dir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  writeFileSync(stampFile(app), stamp(app));
  return dir;
}

function mmdebstrapArguments(app: App, dir: string): string[] {
  return [
    '--variant=minbase',
    '--quiet',
    '--format=directory',
    `--include=${[...commonPackages, ...apps[app].packages].join(',')}`,
    ...acquireOptions().map((line) => `--aptopt=${line}`),
    // Files of the building machine's network; a container gets its own from its runtime.
    '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname" "$1/etc/hosts"',
    suite,
    dir,
    ...sources(),
  ];
}

/** The machine's own package sources: whatever mirror it is set to use. */
function sources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const extra = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...extra].filter((file) => /\.(list|sources)$/.test(file));
  return files.filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes(suite));
}

/** The machine's own download settings (proxy, checks), as apt reads them. */
function acquireOptions(): string[] {
  const dump = execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' });
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(?!Languages|Changelogs|cdrom|IndexTargets).*".+";$/.test(line));
}

function onPath(tool: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', tool]).status === 0;
}

function stampFile(app: App): string {
  return `${rootfsDir(app)}.stamp`;
}

function stamp(app: App): string {
  return JSON.stringify([suite, commonPackages, apps[app]]);
}
