import { BerthwatchError } from '../../base/errors.ts';
import { fitness, type Platform, showPlatform } from '../platform.ts';
import type { Descriptor } from './descriptor.ts';

export interface Wanted {
  platform: Platform;
  /** Whether the user asked for it: then nothing else will do. */
  isExplicit: boolean;
}

export interface Choice {
  descriptor: Descriptor;
  /** Set when it is not what was wanted, but all there is. */
  instead: string | undefined;
}

/** Picks the manifest of a platform from an index. Throws PLATFORM_NOT_FOUND. */
export function choosePlatform(manifests: readonly Descriptor[], wanted: Wanted, place: string): Choice {
  const images = manifests.filter((descriptor) => !isAttestation(descriptor));
  let best: Descriptor | undefined;
  let bestFitness = 0;
  for (const descriptor of images) {
    // What names no platform may be right: its config or the index below it will tell.
    const value = descriptor.platform ? fitness(wanted.platform, descriptor.platform) : 0.5;
    if (value > bestFitness) {
      best = descriptor;
      bestFitness = value;
    }
  }
  if (best) return { descriptor: best, instead: undefined };
  const [only] = images;
  if (only && images.length === 1 && !wanted.isExplicit)
    return { descriptor: only, instead: platformName(only) };
  const have = images.map(platformName).join(', ') || 'none';
  throw new BerthwatchError(
    'PLATFORM_NOT_FOUND',
    `no image for ${showPlatform(wanted.platform)}; there are: ${have}`,
    {
      place,
      next: 'choose one with --platform',
    },
  );
}

function platformName(descriptor: Descriptor): string {
  return descriptor.platform ? showPlatform(descriptor.platform) : 'unknown';
}

/** Build provenance and the like are listed beside the images. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}

const refName = 'org.opencontainers.image.ref.name';
const containerdName = 'io.containerd.image.name';

/** Names under which a layout's index lists an image. */
export function namesOf({ annotations }: Descriptor): string[] {
  return [annotations[containerdName], annotations[refName]].filter((name) => name !== undefined);
}

/**
 * The entries of one image in a layout's index: those of a name or tag, or those that share the first's name.
 * `others`: names that were passed over. Throws SOURCE_NOT_FOUND.
 */
export function chooseName(
  manifests: readonly Descriptor[],
  name: string | undefined,
  place: string,
): { chosen: Descriptor[]; others: string[] } {
  const images = manifests.filter((descriptor) => !isAttestation(descriptor));
  const key = (descriptor: Descriptor) => namesOf(descriptor)[0];
  const allNames = [...new Set(images.map(key).filter((known) => known !== undefined))];
  const chosen =
    name === undefined
      ? images.filter((descriptor) => key(descriptor) === key(images[0] ?? descriptor))
      : images.filter((descriptor) => namesOf(descriptor).some((known) => isNamed(known, name)));
  if (chosen.length === 0) {
    const what = name === undefined ? 'it holds no image' : `it holds no image ${name}`;
    const next = allNames.length > 0 ? `choose one of: ${allNames.join(', ')}` : 'look at its index.json';
    throw new BerthwatchError('SOURCE_NOT_FOUND', what, { place, next });
  }
  const taken = new Set(chosen.map(key));
  return { chosen, others: allNames.filter((known) => !taken.has(known)) };
}

/** `web:1.0` is named by itself, by its tag, and with any registry before it. */
export function isNamed(known: string, wanted: string): boolean {
  return (
    known === wanted ||
    known.endsWith(`/${wanted}`) ||
    known.endsWith(`:${wanted}`) ||
    `${wanted}:latest` === known
  );
}
