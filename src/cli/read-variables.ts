import { readFileSync } from 'node:fs';
import { BerthwatchError } from '../base/errors.ts';
import type { Io } from './io.ts';

/**
 * The variables that the command line sets, as `docker run` reads them: those of files first, `K=V` sets, and `K`
 * alone takes the value from our own environment, if it is there. Throws USAGE.
 */
export function readVariables(
  files: readonly string[],
  settings: readonly string[],
  own: Io['env'],
): Record<string, string> {
  const variables: Record<string, string> = {};
  const set = (text: string, place: string) => {
    const [name = '', ...value] = text.split('=');
    if (name === '' || /\s/.test(name)) {
      throw new BerthwatchError('USAGE', `"${text}" sets no variable`, { place, next: 'write NAME=VALUE' });
    }
    const found = value.length > 0 ? value.join('=') : own[name];
    if (found !== undefined) variables[name] = found;
  };
  for (const file of files) {
    for (const { text, line } of linesOf(file)) set(text, `${file}:${line}`);
  }
  for (const text of settings) set(text, '--env');
  return variables;
}

/** Lines that say something: no comments, no blank lines. Values keep their quotes and blanks. */
function linesOf(file: string): { text: string; line: number }[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BerthwatchError('USAGE', `can't read the file of variables ${file}`, {
      place: file,
      cause,
      next: 'name a readable file of NAME=VALUE lines',
    });
  }
  return content
    .replace(/^\u{feff}/u, '')
    .split(/\r?\n/)
    .map((text, index) => ({ text: text.trimStart(), line: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
