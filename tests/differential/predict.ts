import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Case } from './case.ts';
import { repository } from './paths.ts';

/** What the scan says, in the contract's terms. */
export interface Predicted {
  transport: string;
  address: string;
  port: number;
  portEnd?: number;
  path?: string;
  process: string;
  certainty: string;
}

const program = join(repository, 'bin/berthwatch.js');

/** Whether there is a scan to compare with. */
export function canPredict(): boolean {
  return existsSync(program) && existsSync(join(repository, 'src/cli/scan.ts'));
}

/** Scans a folder as an image that is started by the case's command. Throws when the scan itself fails. */
export async function predict(rootfs: string, item: Case): Promise<Predicted[]> {
  const [entrypoint = '', ...rest] = item.command;
  const args = [
    ...['scan', `dir:${rootfs}`, '--format', 'json', '--user', item.user, '--workdir', item.cwd],
    ...Object.entries(item.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...['--entrypoint', entrypoint, '--', ...rest],
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 64 << 20 });
  return (JSON.parse(stdout) as { listeners: Predicted[] }).listeners;
}
