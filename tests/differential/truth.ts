import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './apps.ts';
import { suiteDir } from './paths.ts';

/** What a real server did with a case. */
export interface Truth {
  /**
   * Sorted, one a socket: `tcp 0.0.0.0:80 by /usr/sbin/nginx`. `tcp6only [::]:80` is a wildcard that takes no IPv4,
   * `tcp6 [::]:80` one that does.
   */
  sockets: string[];
  /** The command ended by itself and left nothing that runs. */
  ended?: true;
  /** Its last lines then, without times. */
  log?: string;
}

export interface Truths {
  /** The version of the server that was run. */
  version: string;
  /** By case id. */
  cases: Record<string, Truth>;
}

export function readTruths(app: App): Truths {
  const file = truthFile(app);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Truths) : { version: '', cases: {} };
}

export function writeTruths(app: App, truths: Truths): void {
  writeFileSync(truthFile(app), `${JSON.stringify(truths, null, 2)}\n`);
}

function truthFile(app: App): string {
  return join(suiteDir, 'truth', `${app}.json`);
}
