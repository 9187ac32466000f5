import { BerthwatchError } from '../base/errors.ts';

export interface Platform {
  os: string;
  architecture: string;
  /** `v7`; empty when there is none. */
  variant: string;
}

/** Node.js' names of processors → Go's, which image indexes use. */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** `linux/arm64`, `linux/arm/v7`, `arm64`. Undefined: Linux on this machine's processor. Throws USAGE. */
export function parsePlatform(text: string | undefined, arch: string = process.arch): Platform {
  if (text === undefined)
    return normalise({ os: 'linux', architecture: architectures[arch] ?? arch, variant: '' });
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw new BerthwatchError('USAGE', `${text} is not a platform`, {
      next: 'write it like linux/arm64 or linux/arm/v7',
    });
  }
  const [first = '', second = '', variant = ''] = parts.length === 1 ? ['linux', ...parts] : parts;
  return normalise({ os: first, architecture: second, variant });
}

/** Other spellings of one processor, and the variants that are meant when none is said. */
function normalise({ os, architecture, variant }: Platform): Platform {
  const aliases: Readonly<Record<string, [string, string]>> = {
    x86_64: ['amd64', variant],
    'x86-64': ['amd64', variant],
    i386: ['386', ''],
    i686: ['386', ''],
    aarch64: ['arm64', variant],
    armhf: ['arm', 'v7'],
    armel: ['arm', 'v6'],
  };
  const [name, kind] = aliases[architecture] ?? [architecture, variant];
  if (name === 'arm64') return { os, architecture: name, variant: kind === 'v8' || kind === '8' ? '' : kind };
  if (name === 'arm')
    return { os, architecture: name, variant: kind === '' ? 'v7' : kind.replace(/^(?=\d)/, 'v') };
  return { os, architecture: name, variant: name === 'amd64' && kind === 'v1' ? '' : kind };
}

export function showPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

/**
 * How well an offered platform serves a wanted one: 0 not at all, more is better. An older variant runs on a
 * newer processor, never the other way round.
 */
export function fitness(wanted: Platform, offered: Platform): number {
  const { os, architecture, variant } = normalise(offered);
  if (os !== wanted.os || architecture !== wanted.architecture) return 0;
  if (variant === wanted.variant) return 100;
  const have = Number(variant.slice(1) || 0);
  const want = Number(wanted.variant.slice(1) || 0);
  return have < want ? 1 + have : 0;
}
