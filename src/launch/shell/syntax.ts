import { type ParsedScript, parse, type Word, type WordPart } from 'unbash';
import { launchLimits } from '../limits.ts';

/** A script's text, parsed, and where it stands. */
export interface Unit {
  /** Path of the file, or what gave the text: `sh -c`. */
  path: string;
  source: string;
  /** Line in the file at which the text begins. */
  firstLine: number;
  script: ParsedScript;
  /** Offset from which the syntax is wrong: what stands before is still run. */
  brokenAt: number | undefined;
}

export type ParseOutcome = Unit | { refused: string };

/** Parsed scripts. Every path through an entrypoint is walked anew, over the same syntax trees. */
export class Scripts {
  /** Parts of scripts that, walked in every way, were left by a jump: they are not walked by themselves again. */
  readonly escaping = new WeakSet<object>();
  readonly #units = new Map<string, ParseOutcome>();
  readonly #words = new Map<string, readonly Word[]>();
  readonly #texts = new Map<string, readonly WordPart[]>();

  parse(path: string, source: string, firstLine = 1): ParseOutcome {
    const key = `${path}\0${firstLine}\0${source}`;
    const known = this.#units.get(key);
    if (known) return known;
    const outcome = parseUnit(path, source, firstLine);
    if (this.#units.size < 5_000) this.#units.set(key, outcome);
    return outcome;
  }

  /** The words of a text, as arguments of a command. */
  words(text: string): readonly Word[] {
    const known = this.#words.get(text);
    if (known) return known;
    const outcome = this.parse('', `: ${text}`);
    const command = 'script' in outcome ? outcome.script.commands[0]?.command : undefined;
    const words =
      command?.type === 'Command' ? command.suffix.filter((word): word is Word => word.type === 'Word') : [];
    this.#words.set(text, words);
    return words;
  }

  /** The parts of a text in which only `$`, backquotes and backslash are special, as in a here-document. */
  textParts(text: string): readonly WordPart[] {
    const known = this.#texts.get(text);
    if (known) return known;
    const parts = hereDocumentParts(text);
    this.#texts.set(text, parts);
    return parts;
  }
}

function hereDocumentParts(text: string): readonly WordPart[] {
  const literal: WordPart = { type: 'Literal', pos: 0, end: text.length, value: text, text };
  if (!/[$`\\]/.test(text)) return [literal];
  const end = '\u{E002}';
  const outcome = parseUnit('', `: <<${end}\n${text}\n${end}\n`, 1);
  const command = 'script' in outcome ? outcome.script.commands[0]?.command : undefined;
  const redirect = command?.type === 'Command' ? command.redirects[0] : undefined;
  const parts = redirect?.type === 'HereDoc' ? redirect.body.parts : undefined;
  if (parts === undefined) return [literal];
  // The newline before the end word is not part of the text.
  return parts.map((part, index) =>
    index === parts.length - 1 && part.type === 'Literal'
      ? { ...part, value: part.value.replace(/\n$/, '') }
      : part,
  );
}

function parseUnit(path: string, source: string, firstLine: number): ParseOutcome {
  const refused = refusal(source);
  if (refused) return { refused };
  try {
    const script = parse(source);
    const brokenAt = script.errors?.reduce(
      (least, { pos }) => Math.min(least, pos),
      Number.POSITIVE_INFINITY,
    );
    return { path, source, firstLine, script, brokenAt };
  } catch {
    // The parser recurses; what its own bounds let through may still be too deep for the stack.
    return { refused: 'its syntax is nested too deeply' };
  }
}

/** Why a text is not given to the parser, whose time grows with length × nesting. */
function refusal(source: string): string | undefined {
  if (source.length > launchLimits.scriptBytes) return `it is longer than ${launchLimits.scriptBytes} bytes`;
  let depth = 0;
  for (const char of source.match(/[(){}]/g) ?? []) {
    depth = char === '(' || char === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > launchLimits.scriptDepth) return 'its brackets are nested too deeply';
  }
  const documents = source.split('<<').length - 1;
  return documents > launchLimits.hereDocuments ? 'it has too many here-documents' : undefined;
}

const lineStarts = new WeakMap<object, number[]>();

/** The line, from 1, of an offset in a unit's text. */
export function lineAt(unit: Unit, offset: number): number {
  let starts = lineStarts.get(unit);
  if (starts === undefined) {
    starts = [...unit.source.matchAll(/\n/g)].map((match) => match.index);
    lineStarts.set(unit, starts);
  }
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return unit.firstLine + low;
}
