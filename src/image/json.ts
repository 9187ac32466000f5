import { BerthwatchError } from '../base/errors.ts';
import { jsonBytes, jsonDepth } from './bounds.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Reads a JSON document of a stranger: bounded in size and nesting. Throws ARCHIVE_CORRUPT or LIMIT_EXCEEDED. */
export function parseJson(bytes: Buffer, place: string, limit = jsonBytes): Json {
  if (bytes.length > limit) {
    throw new BerthwatchError('LIMIT_EXCEEDED', `it has more than ${limit} bytes`, { place });
  }
  if (nesting(bytes) > jsonDepth) {
    throw new BerthwatchError('LIMIT_EXCEEDED', `it is nested deeper than ${jsonDepth} levels`, { place });
  }
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')) as Json;
  } catch (cause) {
    throw new BerthwatchError('ARCHIVE_CORRUPT', 'it is not JSON', { place, cause });
  }
}

/** Deepest nesting of brackets outside of strings. */
function nesting(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

/** Readers that take what is there and pass over what has another form. */
export function objectOf(value: Json | undefined): { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function arrayOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: Json | undefined): string[] {
  return arrayOf(value).filter((item) => typeof item === 'string');
}

export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
