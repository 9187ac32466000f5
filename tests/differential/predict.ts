import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Listener, Peer } from '../../src/model/profile.ts';
import { loadFolder } from '../../src/pack/load.ts';
import type { Pack } from '../../src/pack/schema.ts';
import { scan } from '../../src/scan/scan.ts';
import type { App } from './apps.ts';
import type { Case } from './case.ts';
import { repository } from './paths.ts';

/** What the scan says of a socket. */
export type Predicted = Pick<
  Listener,
  'transport' | 'address' | 'port' | 'portEnd' | 'path' | 'process' | 'certainty'
>;

export interface Prediction {
  listeners: Predicted[];
  /** How often the scan says that something has to be given before a server starts: a file, a setting. */
  lacks: number;
}

/** A prediction with what `expect` of a case is held against. */
export interface FullPrediction extends Prediction {
  serving: Listener[];
  peers: Peer[];
}

const packsDir = join(repository, 'packs');
let packs: Promise<Pack[]> | undefined;

/** Packs for file systems with several servers. */
const several: Partial<Record<App, string[]>> = {
  mixed: ['redis', 'nginx', 'postgresql', 'apache', 'supervisord'],
  wordpress: ['wordpress', 'nginx', 'php-fpm', 'apache', 'supervisord'],
};

/** Whether there are packs to scan an app's cases with. */
export function canPredict(app: App): boolean {
  const needed = several[app] ?? [app];
  return needed.every((name) => existsSync(join(packsDir, name, 'pack.yaml')));
}

/** Scans a folder as the root of an image that is started by the case's command. Throws when the scan itself fails. */
export async function predict(rootfs: string, item: Case): Promise<FullPrediction> {
  packs ??= loadFolder(packsDir);
  const [entrypoint = '', ...args] = item.command;
  const { env, user, cwd: workdir, ipv6 } = item;
  const options = { packs: await packs, env, user, workdir, ipv6, entrypoint, args };
  const { listeners, peers, findings } = (await scan(`dir:${rootfs}`, options)).profile;
  const lacks = findings.filter(
    ({ id, severity }) => id === 'file-missing' || (id === 'will-not-start' && severity === 'medium'),
  );
  const serving = listeners.filter(({ serves = [] }) => serves.length > 0);
  return { listeners, lacks: lacks.length, serving, peers };
}
