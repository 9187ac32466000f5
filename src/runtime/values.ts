import { type Json, objectOf } from '../image/json.ts';

/** The entries of an object whose values are texts. */
export function texts(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** `NAME=VALUE` texts; of two with one name the later counts, one without `=` says nothing. */
export function environment(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const end = entry.indexOf('=');
      return end > 0 ? [[entry.slice(0, end), entry.slice(end + 1)]] : [];
    }),
  );
}
