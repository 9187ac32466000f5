import { allPacks } from '../pack/packs.ts';
import type { ScanOptions } from '../scan/scan.ts';
import type { Io } from './io.ts';
import type { ProgressLine } from './progress.ts';
import { readVariables } from './read-variables.ts';

/** The options of all commands that read images, as commander gives them. */
export interface ReadingFlags {
  quiet?: boolean;
  env?: string[];
  envFile?: string[];
  entrypoint?: string;
  user?: string;
  workdir?: string;
  ipv6: boolean;
  platform?: string;
  packs?: string[];
  cache: boolean;
  cacheDir?: string;
  insecure?: boolean;
  ca?: string;
}

/** What a scan is to do, from the command line. Throws BerthwatchError where that is wrong. */
export async function readingOptions(
  args: readonly string[] | undefined,
  flags: ReadingFlags,
  io: Io,
  progress: ProgressLine,
): Promise<ScanOptions> {
  return {
    packs: await allPacks(flags.packs ?? []),
    env: readVariables(flags.envFile ?? [], flags.env ?? [], io.env),
    entrypoint: flags.entrypoint,
    args,
    user: flags.user,
    workdir: flags.workdir,
    ipv6: flags.ipv6,
    image: {
      platform: flags.platform,
      cache: { enabled: flags.cache, dir: flags.cacheDir },
      insecure: flags.insecure,
      caFile: flags.ca,
      progress: progress.isShown ? (now) => progress.show(now) : undefined,
      env: io.env,
    },
  };
}
