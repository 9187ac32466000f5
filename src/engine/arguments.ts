import type { Evidence } from '../model/evidence.ts';
import { matchesWhole } from '../pack/patterns.ts';
import type { CommandLine } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { dottedOption } from './dotted-options.ts';
import { readLineArguments } from './line-arguments.ts';
import { readVariableWords } from './variables/words.ts';

/** A command line, read as a pack describes it. */
export interface ParsedArguments {
  /** Values of each option in order; a switch has `true`. */
  options: Map<string, { value: string | true; evidence: Evidence }[]>;
  positional: { value: string; evidence: Evidence }[];
  /** The options that are config lines. */
  lines: ConfigNode[];
  /** Words that look like options but are not described, or lack what they need. */
  unrecognised: string[];
  /** Why the program would not take the lines. */
  problems: string[];
  /** It reads config from its standard input. */
  stdin: boolean;
}

/** Reads argv, without its first word. Never throws: what the pack does not describe is `unrecognised`. */
export function parseArguments(spec: CommandLine | undefined, argv: readonly string[]): ParsedArguments {
  if (spec?.lines !== undefined) return fromLines(spec.lines, argv.slice(1));
  if (spec?.variables !== undefined) return readVariableWords(spec, spec.variables, argv.slice(1));
  const reader = new ArgumentReader(spec ?? {}, argv.slice(1));
  return reader.read();
}

function fromLines(rules: NonNullable<CommandLine['lines']>, words: readonly string[]): ParsedArguments {
  const { first, lines, problems, stdin } = readLineArguments(rules, words);
  const positional = first === undefined ? [] : [{ value: first, evidence: evidenceOf(first) }];
  return { options: new Map(), positional, lines, unrecognised: [], problems, stdin };
}

function evidenceOf(text: string): Evidence {
  return { kind: 'argument', text };
}

interface Flag {
  name: string;
  spec: NonNullable<CommandLine['options']>[string];
}

class ArgumentReader {
  readonly #spec: CommandLine;
  readonly #words: readonly string[];
  readonly #flags = new Map<string, Flag>();
  readonly #result: ParsedArguments = {
    options: new Map(),
    positional: [],
    lines: [],
    unrecognised: [],
    problems: [],
    stdin: false,
  };
  /** Lines that count after those of all options. */
  readonly #dotted: ConfigNode[] = [];
  #next = 0;

  constructor(spec: CommandLine, words: readonly string[]) {
    this.#spec = spec;
    this.#words = words;
    for (const [name, option] of Object.entries(spec.options ?? {})) this.#addFlags(name, option);
    for (const flag of spec.others?.values ?? []) this.#addFlags(flag, { flags: [flag] });
    for (const flag of spec.others?.switches ?? []) this.#addFlags(flag, { flags: [flag], switch: true });
  }

  #addFlags(name: string, spec: Flag['spec']): void {
    for (const flag of spec.flags) {
      this.#flags.set(flag, { name, spec });
      const short = flag.slice(1);
      if (this.#spec.singleDash && short.startsWith('-') && !this.#flags.has(short)) {
        this.#flags.set(short, { name, spec });
      }
    }
  }

  read(): ParsedArguments {
    while (this.#next < this.#words.length) {
      const word = this.#words[this.#next++] as string;
      if (this.#spec.passed !== undefined && matchesWhole(this.#spec.passed, word)) continue;
      if (word === '--') {
        while (this.#next < this.#words.length) this.#addPositional(this.#words[this.#next++] as string);
      } else if (!this.#readOption(word)) {
        this.#addPositional(word);
        if (this.#spec.stopAtPositional) {
          while (this.#next < this.#words.length) this.#addPositional(this.#words[this.#next++] as string);
        }
      }
    }
    this.#result.lines.push(...this.#dotted);
    return this.#result;
  }

  #addPositional(value: string): void {
    this.#result.positional.push({ value, evidence: evidenceOf(value) });
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
    const isLong = word.startsWith('--') || (this.#spec.singleDash === true && equals > 2);
    if (named && isLong && !named.spec.switch) {
      this.#add(named, word.slice(equals + 1), word);
      return true;
    }
    return (
      this.#readAssignment(word) || this.#readDotted(word) || this.#readGlued(word) || this.#complain(word)
    );
  }

  /** `--name=value` */
  #readAssignment(word: string): boolean {
    const equals = word.indexOf('=');
    if (!this.#spec.longAssignments || !word.startsWith('--') || equals <= 2) return false;
    this.#addLine(word.slice(2, equals).replaceAll('-', '_'), [word.slice(equals + 1)], word);
    return true;
  }

  #readDotted(word: string): boolean {
    const found = this.#spec.dotted ? dottedOption(word, this.#words[this.#next]) : undefined;
    if (found === undefined) return false;
    this.#dotted.push(found.line);
    if (found.takesNext) this.#next++;
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
      else this.#addValue(flag, rest, word);
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
    const value = flag.spec.attached ? '' : this.#words[this.#next++];
    if (value === undefined) this.#result.unrecognised.push(word);
    else this.#addValue(flag, value, `${word} ${value}`.trimEnd());
  }

  #addValue(flag: Flag, value: string, text: string): void {
    this.#add(flag, value, text);
    if (flag.spec.rest) this.#next = this.#words.length;
  }

  #add(flag: Flag, value: string | true, text: string): void {
    const evidence = evidenceOf(text);
    const values = this.#result.options.get(flag.name) ?? [];
    const [first = ''] = flag.spec.flags;
    if (values.length > 0 && this.#spec.repeatable && !this.#spec.repeatable.includes(first)) {
      this.#result.problems.push(`${first} is given twice`);
    }
    values.push({ value, evidence });
    this.#result.options.set(flag.name, values);
    if (flag.spec.assignment && value !== true) {
      const equals = value.indexOf('=');
      if (equals < 0) this.#result.unrecognised.push(text);
      else {
        const written = value.slice(0, equals);
        const name = flag.spec.assignment === 'verbatim' ? written : written.replaceAll('-', '_');
        this.#addLine(lineName(flag.spec, name), [value.slice(equals + 1)], text);
      }
    } else if (flag.spec.key !== undefined) {
      this.#addLine(flag.spec.key, [flag.spec.to ?? (value === true ? 'true' : value)], text);
    }
  }

  #addLine(name: string, args: string[], text: string): void {
    this.#result.lines.push({ name, args, at: evidenceOf(text), span: [0, 0] });
  }
}

/** The config key that an assignment sets. */
export function lineName({ key }: Flag['spec'], name: string): string {
  return key === undefined ? name : `${key}.${name}`;
}
