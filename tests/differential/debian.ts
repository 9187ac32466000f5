import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian's release that this machine's own package sources name. */
export const ownSuite = 'bookworm';

const execute = promisify(execFile);

/** A smallest Debian with some packages; the lists of all others stay in it, for `addPackages`. */
export async function installDebian(dir: string, suite: string, packages: readonly string[]): Promise<void> {
  await mmdebstrap([
    '--variant=minbase',
    '--skip=cleanup/apt/lists',
    `--include=${packages.join(',')}`,
    ...acquireOptions().map((line) => `--aptopt=${line}`),
    // A mirror may stand still while releases of unstable suites expire.
    ...(suite === ownSuite ? [] : ['--aptopt=Acquire::Check-Valid-Until "false"']),
    suite,
    dir,
    ...sourcesOf(suite),
  ]);
}

/** What `installDebian` made, in another folder and with more packages: so the slow part is done once. */
export async function addPackages(
  base: string,
  dir: string,
  suite: string,
  packages: readonly string[],
): Promise<void> {
  await mmdebstrap([
    '--variant=custom',
    '--skip=update',
    // Without a suite mmdebstrap writes a list that apt can't read.
    `--setup-hook=rm -f "$1/etc/apt/sources.list" && cp --archive ${quoted(base)}/. "$1"`,
    `--customize-hook=chroot "$1" apt-get install --yes --no-install-recommends ${packages.join(' ')} >&2`,
    // Files of the building machine's network; a container gets its own from its runtime.
    '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname" "$1/etc/hosts"',
    suite,
    dir,
    ...sourcesOf(suite),
  ]);
}

/** Why packages can't be fetched now; undefined when they can. */
export function unreachable(): string | undefined {
  const file = join(tmpdir(), `berthwatch-release-${process.pid}`);
  const options = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20'];
  if (ownSources().length === 0) return `no package source of this machine is for Debian ${ownSuite}`;
  const address = `${mirror()}/dists/${ownSuite}/Release`;
  const { status } = spawnSync('/usr/lib/apt/apt-helper', [...options, 'download-file', address, file]);
  rmSync(file, { force: true });
  return status === 0 ? undefined : `Debian's packages can't be fetched: ${address}`;
}

/** In namespaces of its own, which end with this process: nothing goes on, no mount is left. */
async function mmdebstrap(args: readonly string[]): Promise<void> {
  const unshare = ['unshare', '--mount', '--mount-proc', '--pid', '--fork', '--kill-child=KILL'];
  // Nobody needs these files after a power cut.
  const own = ['mmdebstrap', '--quiet', '--format=directory', '--dpkgopt=force-unsafe-io'];
  await execute('setpriv', ['--pdeathsig', 'KILL', ...unshare, ...own, ...args], { maxBuffer: 1 << 26 });
}

function sourcesOf(suite: string): string[] {
  return suite === ownSuite ? ownSources() : [`deb ${mirror()} ${suite} main`];
}

/** The machine's own package sources: whatever mirror it is set to use. */
function ownSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const extra = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...extra].filter((file) => /\.(list|sources)$/.test(file));
  return files.filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes(ownSuite));
}

/** The mirror that they name. Throws where they name none. */
function mirror(): string {
  const texts = ownSources().map((file) => readFileSync(file, 'utf8'));
  const [, address] = /^(?:URIs:|deb)\s.*?(\w+:\/\/\S+)/m.exec(texts.join('\n')) ?? [];
  if (address === undefined) throw new Error(`no package source of this machine is for Debian ${ownSuite}`);
  return address;
}

/** The machine's own download settings (proxy, checks), as apt reads them. */
function acquireOptions(): string[] {
  const dump = execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' });
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(?!Languages|Changelogs|cdrom|IndexTargets).*".+";$/.test(line));
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
