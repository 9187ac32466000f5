import type { Evidence } from '../../model/evidence.ts';
import type { CommandLine } from '../../pack/schema.ts';
import type { ParsedArguments } from '../arguments.ts';
import { type Takes, type VariableNames, type VariableRules, variableNames } from './names.ts';

/**
 * Reads a command line of variables as my_getopt does: first the options that count before all others only, with `=`
 * before their value, then `--name`, `--name=value`, `--name value` and letters, as lines that are still to be resolved.
 */
export function readVariableWords(
  spec: CommandLine,
  rules: VariableRules,
  words: readonly string[],
): ParsedArguments {
  const reader = new VariableWords(rules, words);
  reader.readFirst(spec);
  reader.readRest();
  return reader.result;
}

class VariableWords {
  readonly result: ParsedArguments = {
    options: new Map(),
    positional: [],
    lines: [],
    unrecognised: [],
    problems: [],
    stdin: false,
  };
  readonly #words: readonly string[];
  readonly #names: VariableNames;
  #next = 0;

  constructor(rules: VariableRules, words: readonly string[]) {
    this.#names = variableNames(rules);
    this.#words = words;
  }

  readFirst({ options = {} }: CommandLine): void {
    for (let word = this.#words[this.#next]; word !== undefined; word = this.#words[++this.#next]) {
      const [flag = '', value] = cut(word);
      const found = Object.entries(options).find(([, option]) => option.flags.includes(flag));
      if (found === undefined) return;
      const [name, option] = found;
      if ((option.switch === true) !== (value === undefined) || this.result.options.has(name)) return;
      if (option.first && this.#next > 0) return;
      this.result.options.set(name, [{ value: value ?? true, evidence: evidenceOf(word) }]);
    }
  }

  readRest(): void {
    for (let word = this.#take(); word !== undefined; word = this.#take()) {
      if (word === '--') {
        for (let rest = this.#take(); rest !== undefined; rest = this.#take()) this.#addPositional(rest);
      } else if (word.startsWith('--')) this.#readLong(word);
      else if (word.startsWith('-') && word !== '-') this.#readLetters(word);
      else this.#addPositional(word);
    }
  }

  #take(): string | undefined {
    return this.#words[this.#next++];
  }

  #readLong(word: string): void {
    const [name = '', value] = cut(word.slice(2));
    const { takes, prefix, isLoose } = this.#names.resolve(name);
    const wantsNext = takes === undefined ? !isLoose && this.#isValueNext() : needsValue(takes);
    if (value !== undefined || prefix !== undefined || !wantsNext) this.#addLine(name, value, word);
    else this.#addWithNext(name, word);
  }

  /** What no list has may be an option of a part that is loaded later. */
  #isValueNext(): boolean {
    const next = this.#words[this.#next];
    return next !== undefined && !next.startsWith('-');
  }

  #readLetters(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const name = this.#names.letters.get(word.charAt(i));
      if (name === undefined) {
        this.result.unrecognised.push(word);
        return;
      }
      const takes = this.#names.takes(name) ?? 'text';
      if (takes === 'boolean' || takes === 'nothing') {
        this.#addLine(name, undefined, word);
        continue;
      }
      const rest = word.slice(i + 1);
      if (rest === '' && needsValue(takes)) this.#addWithNext(name, word);
      else this.#addLine(name, rest === '' ? undefined : rest, word);
      return;
    }
  }

  #addWithNext(name: string, word: string): void {
    const value = this.#take();
    if (value === undefined) this.result.problems.push(`${word} needs a value`);
    else this.#addLine(name, value, `${word} ${value}`);
  }

  #addLine(name: string, value: string | undefined, text: string): void {
    const form = value === undefined ? 'bare' : 'option';
    const args = value === undefined ? [] : [value];
    this.result.lines.push({ name, args, at: evidenceOf(text), span: [0, 0], form });
  }

  #addPositional(value: string): void {
    this.result.positional.push({ value, evidence: evidenceOf(value) });
  }
}

function cut(word: string): [string, string?] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

function needsValue(takes: Takes): boolean {
  return takes === 'number' || takes === 'decimal' || takes === 'text';
}

function evidenceOf(text: string): Evidence {
  return { kind: 'argument', text };
}
