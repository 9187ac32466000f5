import { BerthwatchError } from '../base/errors.ts';
import type { Finding, Severity } from '../model/evidence.ts';
import { meanings } from './table/meanings.ts';

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high'];

/** Which findings make a scan fail: those of a severity or above, and those of an id. */
export type FailOn = (finding: Finding) => boolean;

/** `words`: severities and finding ids, as given to `--fail-on`, separated by commas. Throws BerthwatchError. */
export function parseFailOn(words: readonly string[]): FailOn {
  const all = words.flatMap((word) => word.split(',')).map((word) => word.trim());
  for (const word of all) if (!isSeverity(word) && !(word in meanings)) throw unknownWord(word);
  const least = Math.min(...all.filter(isSeverity).map((word) => severities.indexOf(word)));
  const ids = new Set(all);
  return ({ id, severity }) => ids.has(id) || severities.indexOf(severity) >= least;
}

function isSeverity(word: string): word is Severity {
  return (severities as readonly string[]).includes(word);
}

function unknownWord(word: string): BerthwatchError {
  const near = Object.keys(meanings).filter((id) => word.length > 2 && id.includes(word));
  const known = near.length > 0 ? near.join(', ') : 'docs/errors.md lists them';
  return new BerthwatchError('USAGE', `--fail-on: ${word || 'nothing'} is neither a severity nor a finding`, {
    next: `severities: ${severities.join(', ')}; findings: ${known}`,
  });
}
