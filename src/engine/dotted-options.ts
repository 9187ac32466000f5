import type { ConfigNode } from '../syntax/tree.ts';

/**
 * `--any.name=value` or `--any.name value` as a config line of that name; a list or a quoted text in JSON is taken apart.
 * Undefined where the word is no such option, or lacks its value.
 */
export function dottedOption(
  word: string,
  next: string | undefined,
): { line: ConfigNode; takesNext: boolean } | undefined {
  const [, name = '', own] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const value = own ?? (next?.startsWith('-') ? undefined : next);
  if (name === '' || value === undefined) return undefined;
  const takesNext = own === undefined;
  const text = takesNext ? `${word} ${value}` : word;
  return {
    line: { name, args: argumentsOf(value), at: { kind: 'argument', text }, span: [0, 0] },
    takesNext,
  };
}

function argumentsOf(value: string): string[] {
  if (!/^\s*[["]/.test(value)) return [value];
  try {
    return [JSON.parse(value) as unknown]
      .flat()
      .map((item) => (typeof item === 'object' ? value : String(item)));
  } catch {
    return [value];
  }
}
