import { readFileSync } from 'node:fs';
import { BerthwatchError } from '../base/errors.ts';
import type { Profile } from '../model/profile.ts';

const prefix = 'profile:';

/** The profile of `profile:FILE`, as `scan --format json` wrote it; undefined for any other source. */
export function readProfile(source: string): Profile | undefined {
  if (!source.startsWith(prefix)) return undefined;
  const path = source.slice(prefix.length);
  const value = parse(path);
  if (isProfile(value)) return value;
  throw new BerthwatchError('SOURCE_UNKNOWN_KIND', 'it is not the profile of one image', {
    place: path,
    next: 'make one with `berthwatch scan SOURCE --format json --output FILE`',
  });
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? 'there is no such file' : "it can't be read";
    throw new BerthwatchError(isMissing ? 'SOURCE_NOT_FOUND' : 'SOURCE_UNREADABLE', message, {
      place: path,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Our own file: its version says what is in it. */
function isProfile(value: unknown): value is Profile {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return false;
  if (value.schema !== 'berthwatch/profile/v1') return false;
  const lists = ['launches', 'listeners', 'peers', 'exposed', 'findings'];
  return lists.every((name) => Array.isArray((value as Record<string, unknown>)[name]));
}
