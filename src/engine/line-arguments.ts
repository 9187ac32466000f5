import type { Evidence } from '../model/evidence.ts';
import type { CommandLine } from '../pack/schema.ts';
import { syntaxes } from '../syntax/syntaxes.ts';
import type { ConfigNode } from '../syntax/tree.ts';

type Rules = NonNullable<CommandLine['lines']>;

/** A command line of which every option is a line of config. */
export interface LineArguments {
  /** The first word, where it is no option: the config file. */
  first: string | undefined;
  lines: ConfigNode[];
  /** Why the program would not take the lines. */
  problems: string[];
  /** It reads config from its standard input. */
  stdin: boolean;
}

/** One line in the making: its text, and the words that made it. */
interface Line {
  text: string;
  words: string[];
}

/** Reads `[FILE] [--name value …] …` as a program does that turns it into config text: see `arguments.lines`. */
export function readLineArguments(rules: Rules, words: readonly string[]): LineArguments {
  const mark = rules.prefix.charAt(0);
  const first = words[0] !== undefined && !words[0].startsWith(mark) ? words[0] : undefined;
  const { made, stdin } = makeLines(rules, words, first === undefined ? 0 : 1);
  const result: LineArguments = { first, lines: [], problems: [], stdin };
  for (const { text, words: from } of made) {
    const evidence: Evidence = { kind: 'argument', text: from.join(' ') };
    const { nodes, problems } = parse(rules, text);
    for (const node of nodes) result.lines.push({ ...node, at: evidence });
    for (const { message } of problems.filter(({ fatal }) => fatal))
      result.problems.push(`${message} in ${evidence.text}`);
  }
  return result;
}

function makeLines(rules: Rules, words: readonly string[], from: number): { made: Line[]; stdin: boolean } {
  const made: Line[] = [];
  let line: Line = { text: '', words: [] };
  let stdin = false;
  let needsValue = false;
  for (let i = from; i < words.length; i++) {
    const word = words[i] as string;
    if (word === rules.stdin && (i === 0 || i === words.length - 1)) {
      stdin = true;
    } else if (!needsValue && word.startsWith(rules.prefix)) {
      const alone = isAlone(rules, words, i) ? rules.alone?.[word.toLowerCase()] : undefined;
      line = { text: alone ?? `${word.slice(rules.prefix.length)} `, words: [word] };
      made.push(line);
      needsValue = alone === undefined && isOneWord(rules, word);
    } else {
      if (made.length === 0) made.push(line);
      line.text += `${quote(word)} `;
      line.words.push(word);
      needsValue = false;
    }
  }
  return { made, stdin };
}

/** Whether no value follows an option: it is the last word, or another option follows. */
function isAlone(rules: Rules, words: readonly string[], index: number): boolean {
  return words[index + 1]?.startsWith(rules.prefix) ?? true;
}

/** Whether the word is an option's name and no more; some hold values too, after blanks. */
function isOneWord(rules: Rules, word: string): boolean {
  const { nodes, problems } = parse(rules, word);
  return problems.length === 0 && nodes.length <= 1 && (nodes[0]?.args.length ?? 0) === 0;
}

function parse(rules: Rules, text: string) {
  return syntaxes.get(rules.syntax)?.parse(text, '') ?? { nodes: [], problems: [] };
}

/** Quotes a word so that a line syntax reads it back as one. */
function quote(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}
