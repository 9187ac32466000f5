import { shield, unshield } from '../../../model/unknown.ts';

/**
 * The words of an execline script (execlineb(1)) as the program gets them: in a block each word has a blank in front
 * for every level, and an empty word ends the block. Undefined where the script is not well-formed.
 */
export function parseScript(text: string): string[] | undefined {
  const words: string[] = [];
  let depth = 0;
  for (const token of tokens(shield(text))) {
    if (token === undefined) return undefined;
    if (token.isPlain && token.text === '{') depth++;
    else if (token.isPlain && token.text === '}') {
      depth--;
      if (depth < 0) return undefined;
      words.push(' '.repeat(depth));
    } else words.push(' '.repeat(depth) + unshield(token.text));
    if (depth > deepest) return undefined;
  }
  return depth === 0 ? words : undefined;
}

const deepest = 100;
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

interface Token {
  text: string;
  /** Written without quotes and backslashes. */
  isPlain: boolean;
}

/** Words between white space; a comment begins where a word could. Undefined where a quote is not closed. */
function* tokens(text: string): Generator<Token | undefined> {
  const token = /#[^\n]*|((?:[^\s"\\]|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+)|(\S)/g;
  for (const [, word, broken] of text.matchAll(token)) {
    if (broken !== undefined) yield undefined;
    else if (word !== undefined) yield { text: unquote(word), isPlain: !/["\\]/.test(word) };
  }
}

function unquote(word: string): string {
  return word.replace(/"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_, quoted, escaped) =>
    quoted === undefined ? (escaped === '\n' ? '' : escaped) : unescaped(quoted),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(0x[0-9a-fA-F]{2}|\d{3}|[\s\S])/g, (_, sequence: string) => {
    if (sequence === '\n') return '';
    if (sequence.length > 1) return String.fromCharCode(Number(sequence) & 0xff);
    return escapes[sequence] ?? sequence;
  });
}

/** A block at the head of a command's words, and what stands behind it; undefined where there is none. */
export function takeBlock(argv: readonly string[]): { block: string[]; rest: readonly string[] } | undefined {
  const end = argv.findIndex((word) => !word.startsWith(' '));
  if (end < 0 || argv[end] !== '') return undefined;
  return { block: argv.slice(0, end).map((word) => word.slice(1)), rest: argv.slice(end + 1) };
}
