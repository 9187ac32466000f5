import type { Evidence } from '../model/evidence.ts';
import type { CommandLine } from '../pack/schema.ts';
import { syntaxes } from '../syntax/syntaxes.ts';
import type { ConfigNode } from '../syntax/tree.ts';

/** A command line, read as a pack describes it. */
export interface ParsedArguments {
  /** Values of each option in order; a switch has `true`. */
  options: Map<string, { value: string | true; evidence: Evidence }[]>;
  positional: { value: string; evidence: Evidence }[];
  /** The options that are config lines. */
  lines: ConfigNode[];
  /** Words that look like options but are not described. */
  unrecognised: string[];
}

/** Reads argv, without its first word. Never throws: what the pack does not describe is `unrecognised`. */
export function parseArguments(spec: CommandLine | undefined, argv: readonly string[]): ParsedArguments {
  const reader = new ArgumentReader(spec ?? {}, argv.slice(1));
  return reader.read();
}

interface Flag {
  name: string;
  spec: NonNullable<CommandLine['options']>[string];
}

class ArgumentReader {
  readonly #spec: CommandLine;
  readonly #words: readonly string[];
  readonly #flags = new Map<string, Flag>();
  readonly #result: ParsedArguments = { options: new Map(), positional: [], lines: [], unrecognised: [] };
  #next = 0;

  constructor(spec: CommandLine, words: readonly string[]) {
    this.#spec = spec;
    this.#words = words;
    for (const [name, option] of Object.entries(spec.options ?? {})) {
      for (const flag of option.flags) this.#flags.set(flag, { name, spec: option });
    }
  }

  read(): ParsedArguments {
    while (this.#next < this.#words.length) {
      const word = this.#words[this.#next++] as string;
      if (word === '--' && !this.#spec.lines) {
        while (this.#next < this.#words.length) this.#addPositional(this.#words[this.#next++] as string);
      } else if (!this.#readOption(word)) {
        this.#addPositional(word);
        if (this.#spec.stopAtPositional) {
          while (this.#next < this.#words.length) this.#addPositional(this.#words[this.#next++] as string);
        }
      }
    }
    return this.#result;
  }

  #addPositional(value: string): void {
    this.#result.positional.push({ value, evidence: { kind: 'argument', text: value } });
  }

  /** Whether the word was an option (or made a complaint). */
  #readOption(word: string): boolean {
    const flag = this.#flags.get(word);
    if (flag) {
      this.#take(flag, word);
      return true;
    }
    const equals = word.indexOf('=');
    const named = equals > 0 ? this.#flags.get(word.slice(0, equals)) : undefined;
    if (named && word.startsWith('--') && !named.spec.switch) {
      this.#add(named, word.slice(equals + 1), word);
      return true;
    }
    return this.#readConfigLine(word) || this.#readGlued(word) || this.#complain(word);
  }

  /** `--name=value`, or `--name value …` up to the next such word. */
  #readConfigLine(word: string): boolean {
    const equals = word.indexOf('=');
    if (this.#spec.longAssignments && word.startsWith('--') && equals > 2) {
      this.#addLine(word.slice(2, equals).replaceAll('-', '_'), [word.slice(equals + 1)], word);
      return true;
    }
    const lines = this.#spec.lines;
    if (!lines || !word.startsWith(lines.prefix)) return false;
    if (lines.skip?.includes(word)) return true;
    const values: string[] = [];
    while (this.#next < this.#words.length && !this.#words[this.#next]?.startsWith(lines.prefix)) {
      values.push(this.#words[this.#next++] as string);
    }
    const text = [word.slice(lines.prefix.length), ...values.map(quote)].join(' ');
    const evidence: Evidence = { kind: 'argument', text: [word, ...values].join(' ') };
    const parsed = syntaxes.get(lines.syntax)?.parse(text, '');
    for (const node of parsed?.nodes ?? []) this.#result.lines.push({ ...node, at: evidence });
    return true;
  }

  /** `-p80`, `-qt`, `-qg 'daemon off;'`. */
  #readGlued(word: string): boolean {
    if (!this.#spec.glued || !/^-[^-]/.test(word)) return false;
    for (let i = 1; i < word.length; i++) {
      const flag = this.#flags.get(`-${word[i]}`);
      if (!flag) return this.#complain(word);
      if (flag.spec.switch) {
        this.#add(flag, true, word);
        continue;
      }
      const rest = word.slice(i + 1);
      if (rest === '') this.#take(flag, word);
      else this.#add(flag, rest, word);
      return true;
    }
    return true;
  }

  #complain(word: string): boolean {
    if (!word.startsWith('-') || word === '-') return false;
    this.#result.unrecognised.push(word);
    return true;
  }

  #take(flag: Flag, word: string): void {
    if (flag.spec.switch) {
      this.#add(flag, true, word);
      return;
    }
    const value = this.#words[this.#next++];
    if (value === undefined) this.#result.unrecognised.push(word);
    else this.#add(flag, value, `${word} ${value}`);
  }

  #add(flag: Flag, value: string | true, text: string): void {
    const evidence: Evidence = { kind: 'argument', text };
    const values = this.#result.options.get(flag.name) ?? [];
    values.push({ value, evidence });
    this.#result.options.set(flag.name, values);
    if (flag.spec.assignment && value !== true) {
      const [name, ...rest] = value.split('=');
      this.#addLine((name ?? '').trim().replaceAll('-', '_'), [rest.join('=')], text);
    } else if (flag.spec.key !== undefined) {
      this.#addLine(flag.spec.key, [flag.spec.to ?? (value === true ? 'true' : value)], text);
    }
  }

  #addLine(name: string, args: string[], text: string): void {
    this.#result.lines.push({ name, args, at: { kind: 'argument', text }, span: [0, 0] });
  }
}

/** Quotes a word so that a line syntax reads it back as one. */
function quote(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
