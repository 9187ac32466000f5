import { BerthwatchError } from '../base/errors.ts';
import { allListeners, allPeers, type Evaluation, evaluateStart } from '../engine/evaluate-start.ts';
import { type Image, type ImageConfig, type ImageOptions, openImage } from '../image/image.ts';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { Start } from '../model/launch.ts';
import type { Profile } from '../model/profile.ts';
import { searchedExecutables } from '../pack/packs.ts';
import type { Pack } from '../pack/schema.ts';
import { exposedPorts } from '../review/exposed.ts';
import { review } from '../review/review.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import { mentionsOf } from './mentions.ts';
import { profileLaunch } from './profile-launch.ts';
import { readable } from './readable.ts';

/** What `docker run` would change, and how to read. */
export interface ScanOptions {
  packs: readonly Pack[];
  /** Over the image's environment, later entries win. */
  env?: Readonly<Record<string, string>>;
  /** Replaces ENTRYPOINT and drops CMD, as `docker run --entrypoint` does. */
  entrypoint?: string | undefined;
  /** Replaces CMD. */
  args?: readonly string[] | undefined;
  user?: string | undefined;
  workdir?: string | undefined;
  /** Whether the host has IPv6; true if not said. */
  ipv6?: boolean;
  image?: ImageOptions;
  /** A word to look for in all that was read, for `ScanResult.mentions`. */
  mention?: string | undefined;
}

export interface ScanResult {
  profile: Profile;
  /** The steps behind the profile, for `--explain`. */
  evaluation: Evaluation;
  /** How the container starts. */
  start: Start;
  /** How the image says that it starts. */
  config: ImageConfig;
  /** Where the word that was asked for stands; empty when none was. */
  mentions: Evidence[];
}

/** How often bodies of compressed layers may be fetched on demand before the rest counts as unreadable. */
const maxRounds = 12;

/** Reads an image and predicts what its container will listen on. Throws BerthwatchError when it can't be read. */
export async function scan(reference: string, options: ScanOptions): Promise<ScanResult> {
  const executables = searchedExecutables(options.packs);
  const image = await openImage(reference, { ...options.image, executables });
  try {
    const start = startOf(image, options);
    const evaluation = await evaluateImage(image, start, options);
    const profile = profileOf(image, evaluation);
    profile.findings.push(...reviewOf(profile, image, evaluation));
    const mentions = options.mention === undefined ? [] : mentionsOf(options.mention, evaluation);
    return { profile, evaluation, start, config: image.config, mentions };
  } finally {
    await image.close();
  }
}

/** The engine is synchronous: it says which bodies it lacked, they are loaded, and it runs again. */
async function evaluateImage(image: Image, start: Start, options: ScanOptions): Promise<Evaluation> {
  for (let round = 1; ; round++) {
    const rootfs = new Rootfs(image.tree);
    const evaluation = evaluateStart(start, rootfs, options.packs, { ipv6: options.ipv6 ?? true });
    const pending = image.pending();
    if (pending.length === 0 || round === maxRounds) return evaluation;
    await image.load(pending);
  }
}

function startOf(image: Image, options: ScanOptions): Start {
  const { config } = image;
  const isReplaced = options.entrypoint !== undefined;
  const entrypoint =
    options.entrypoint !== undefined ? [options.entrypoint].filter(Boolean) : config.entrypoint;
  const cmd = options.args ?? (isReplaced ? [] : config.cmd);
  const start: Start = {
    entrypoint,
    cmd,
    env: { ...envOf(config.env), ...options.env },
    cwd: options.workdir ?? (config.workdir || '/'),
    user: options.user ?? config.user,
  };
  if (entrypoint.length + cmd.length === 0) {
    throw new BerthwatchError('USAGE', `${image.source.reference} does not say what it runs`, {
      place: image.source.reference,
      next: 'name the command: `berthwatch scan SOURCE -- COMMAND ARGS…` or --entrypoint',
    });
  }
  return start;
}

function envOf(entries: readonly string[]): Record<string, string> {
  const pairs = entries.map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

function reviewOf(profile: Profile, image: Image, { launches }: Evaluation): Finding[] {
  const processes = launches.map(({ result }) => result.listeners);
  return review({ ...profile, processes, layersOf: (path) => image.layersOf(path) });
}

function profileOf(image: Image, evaluation: Evaluation): Profile {
  return readable<Profile>({
    schema: 'berthwatch/profile/v1',
    source: image.source,
    launches: evaluation.launches.map(profileLaunch),
    listeners: allListeners(evaluation),
    peers: allPeers(evaluation),
    exposed: exposedPorts(image.config.exposed),
    findings: [...image.findings, ...evaluation.findings],
  });
}
