/**
 * Which bodies of a compressed layer are kept in its one pass. What is not kept can still be had, at the price
 * of another pass; what is kept costs memory and cache. `script`: kept when the file begins with `#!`.
 */
export type Keep = 'yes' | 'script' | 'no';

/** Decides on one file; `path` as in the image, without the leading slash. */
export type Keeper = (path: string, size: number, mode: number) => Keep;

export interface KeepPolicy {
  /** Base names of programs whose compiled-in defaults are searched. */
  executables: ReadonlySet<string>;
}

/** Changes whenever `keepBody` would answer differently. */
export const policyVersion = 3;

const configBytes = 256 * 1024;
const packageListBytes = 8 * 1024 * 1024;
export const executableBytes = 64 * 1024 * 1024;

/** `path` as in the image, without the leading slash. Empty bodies need not be kept. */
export function keepBody(path: string, size: number, mode: number, policy: KeepPolicy): Keep {
  if (size === 0) return 'no';
  if (packageLists.has(path)) return size <= packageListBytes ? 'yes' : 'no';
  const base = path.slice(path.lastIndexOf('/') + 1);
  const isExecutable = (mode & 0o111) !== 0;
  if (isExecutable && policy.executables.has(base)) return size <= executableBytes ? 'yes' : 'no';
  if (size > configBytes) return 'no';
  if (isConfigPlace(path) && !bulky.test(path)) return 'yes';
  if ((configName.test(base) || manifest.test(path)) && !bulky.test(path)) return 'yes';
  return isExecutable ? 'script' : 'no';
}

/** What makes two sets of kept bodies the same. */
export function policyFingerprint(policy: KeepPolicy): string {
  return `${policyVersion}:${[...policy.executables].sort().join(',')}`;
}

const packageLists: ReadonlySet<string> = new Set([
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/os-release',
]);

const configPlaces = [/^etc\//, /^usr\/local\//, /^opt\/[^/]+\/(conf|etc|config|bin|scripts)\//, /^[^/]+$/];

function isConfigPlace(path: string): boolean {
  return configPlaces.some((place) => place.test(path));
}

/** By the end of their name; `release` tells the version of a Java machine. */
const configName = /\.(conf|cnf|cfg|ini|ya?ml|properties|options|sh|template|sample)$|^release$/;

/** What a program in a folder of its own says of itself, its version first of all. */
const manifest = /^(usr\/share|opt)\/[^/]+\/package\.json$/;

/** Trees with thousands of files that no server reads as its config. */
const bulky =
  /^(usr\/(local\/)?(share\/(doc|man|info|locale|zoneinfo|perl|perl5|icons|fonts)|include|src|lib\/(python|node_modules|ruby|perl|gcc|go)[^/]*|go)|proc|sys|etc\/(ssl\/certs|alternatives))\/|\/(node_modules|site-packages|dist-packages|gems)\/.*\//;
