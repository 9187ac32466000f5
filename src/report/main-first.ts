import { holdsWord } from '../base/words.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Listener } from '../model/profile.ts';

/** A listener's evidence, that first which says most: names its port or path, or else is no default. */
export function mainFirst({ evidence, port, path }: Listener): Evidence[] {
  const word = path ?? (port === 0 ? '' : String(port));
  const told = evidence.filter(({ kind }) => kind !== 'default');
  const main = told.find(({ text }) => holdsWord(text, word)) ?? told[0] ?? evidence[0];
  return main === undefined ? [] : [main, ...evidence.filter((each) => each !== main)];
}
