import type { Launch } from '../../../model/launch.ts';
import type { Given } from '../runtime.ts';

/**
 * Options in a variable: words between blanks; quotes of either kind keep blanks together, and there are no escapes
 * (java(1), "Using the JDK_JAVA_OPTIONS Launcher Environment Variable"; the machine reads its own variables alike).
 */
export function splitVariable(launch: Launch, name: string, complain: (problem: string) => void): Given[] {
  const text = launch.env[name];
  if (text === undefined) return [];
  const words = quotedWords(text);
  if (words === undefined) {
    complain(`unmatched quote in ${name}`);
    return [];
  }
  return words.map((value) => ({ value, evidence: { kind: 'environment', text: `${name}=${text}` } }));
}

const word = /[^\S]*((?:[^\s"']|"[^"]*"|'[^']*')+)/y;

function quotedWords(text: string): string[] | undefined {
  const words: string[] = [];
  word.lastIndex = 0;
  let end = 0;
  for (let found = word.exec(text); found; found = word.exec(text)) {
    words.push((found[1] ?? '').replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
    end = word.lastIndex;
  }
  return text.slice(end).trim() === '' ? words : undefined;
}
