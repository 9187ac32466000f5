import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Says which test process an image or container is of. */
const label = 'berthwatch.test';

/** Runs a command of the container engine; returns what it prints. Throws when it fails. */
export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

export function hasEngine(): boolean {
  return spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
}

/** An image of one layer from a folder; it, and what is made of it, is gone once this process is and somebody sweeps. */
export function importFolder(folder: string, name: string): void {
  const script = 'tar -C "$1" -c . | docker import --change "LABEL $2" - "$3"';
  const args = ['-c', script, 'sh', folder, `${label}=${process.pid}`, name];
  execFileSync('sh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** An image with another config. `changes`: instructions of a Dockerfile. */
export function changeImage(from: string, name: string, changes: readonly string[]): void {
  const container = docker('create', from, 'none');
  try {
    docker('commit', ...changes.flatMap((change) => ['--change', change]), container, name);
  } finally {
    docker('rm', container);
  }
}

/** Removes what this process has left in the engine, and what processes that are gone have. */
export function sweepEngine(): void {
  const filter = ['--quiet', '--filter', `label=${label}`];
  const containers = listed('ps', '--all', ...filter).filter(isLeft);
  for (const id of containers) listed('rm', '--force', id);
  const images = listed('images', ...filter).filter(isLeft);
  for (const id of images) listed('rmi', '--force', id);
}

function isLeft(id: string): boolean {
  const [owner] = listed('inspect', '--format', `{{index .Config.Labels "${label}"}}`, id);
  return owner === String(process.pid) || (owner !== undefined && !existsSync(`/proc/${owner}`));
}

/** The lines that a command prints; none where it fails: somebody else may have swept already. */
function listed(...args: string[]): string[] {
  const { stdout } = spawnSync('docker', args, { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter(Boolean);
}
