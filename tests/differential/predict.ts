import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Listener } from '../../src/model/profile.ts';
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

const packsDir = join(repository, 'packs');
let packs: Promise<Pack[]> | undefined;

/** Whether there are packs to scan an app's cases with. */
export function canPredict(app: App): boolean {
  const needed = app === 'mixed' ? ['redis', 'nginx', 'postgresql', 'apache', 'supervisord'] : [app];
  return needed.every((name) => existsSync(join(packsDir, name, 'pack.yaml')));
}

/** Scans a folder as the root of an image that is started by the case's command. Throws when the scan itself fails. */
export async function predict(rootfs: string, item: Case): Promise<Prediction> {
  packs ??= loadFolder(packsDir);
  const [entrypoint = '', ...args] = item.command;
  const { env, user, cwd: workdir, ipv6 } = item;
  const options = { packs: await packs, env, user, workdir, ipv6, entrypoint, args };
  const { listeners, findings } = (await scan(`dir:${rootfs}`, options)).profile;
  const lacks = findings.filter(
    ({ id, severity }) => id === 'file-missing' || (id === 'will-not-start' && severity === 'medium'),
  );
  return { listeners, lacks: lacks.length };
}
