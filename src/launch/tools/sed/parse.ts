import { posixRegex, type Regex } from '../../regex.ts';

/** sed(1) scripts, with GNU's additions. */

export type Address =
  | { kind: 'line'; line: number }
  | { kind: 'last' }
  | { kind: 'step'; first: number; step: number }
  /** Undefined: the regular expression of the last match again. */
  | { kind: 'regex'; regex: Regex | undefined }
  /** `addr,+N` and `addr,~N`. */
  | { kind: 'count'; lines: number }
  | { kind: 'multiple'; of: number };

export interface Substitution {
  regex: Regex | undefined;
  replacement: readonly ReplacementPart[];
  global: boolean;
  print: boolean;
  /** The number of the match that is replaced. */
  nth: number;
  file: string | undefined;
}

export type ReplacementPart = string | { group: number } | { letters: 'U' | 'L' | 'u' | 'l' | 'E' };

export interface Command {
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  name: string;
  /** Text of `a`, `i`, `c`; label of `b`, `t`, `T`, `:`; file of `r`, `w`; exit status of `q`, `Q`. */
  text: string;
  substitution?: Substitution;
  /** `y`: characters and what becomes of them. */
  table?: ReadonlyMap<string, string>;
  /** Index of the matching `}`. */
  end?: number;
}

/** A script that is wrong, or that uses what is not modelled. */
export class SedError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export function parseSed(script: string, extended: boolean): Command[] {
  return new SedParser(script, extended).parse();
}

class SedParser {
  readonly #text: string;
  readonly #kind: 'basic' | 'extended';
  #at = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#kind = extended ? 'extended' : 'basic';
  }

  parse(): Command[] {
    const commands: Command[] = [];
    const open: Command[] = [];
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#peek === '#') {
        this.#line();
        continue;
      }
      const command = this.#command();
      if (command.name === '{') open.push(command);
      if (command.name === '}') {
        const start = open.pop();
        if (start === undefined) throw new SedError("unexpected `}'");
        start.end = commands.length;
      }
      commands.push(command);
    }
    if (open.length > 0) throw new SedError("unmatched `{'");
    return commands;
  }

  get #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #line(): string {
    return this.#skip(/[^\n]*/y);
  }

  #command(): Command {
    const from = this.#address();
    this.#skip(/[ \t]*/y);
    let to: Address | undefined;
    if (from && this.#peek === ',') {
      this.#at++;
      this.#skip(/[ \t]*/y);
      to = this.#secondAddress();
    }
    const negated = this.#skip(/[ \t]*(?:![ \t]*)*/y).includes('!');
    const name = this.#peek;
    this.#at++;
    return { from, to, negated, name, ...this.#arguments(name) };
  }

  #address(): Address | undefined {
    const number = this.#skip(/\d+/y);
    if (number !== '') {
      const step = this.#skip(/~\d+/y);
      if (step !== '') return { kind: 'step', first: Number(number), step: Number(step.slice(1)) };
      return { kind: 'line', line: Number(number) };
    }
    if (this.#peek === '$') {
      this.#at++;
      return { kind: 'last' };
    }
    if (this.#peek !== '/' && this.#peek !== '\\') return undefined;
    if (this.#peek === '\\') this.#at++;
    const pattern = this.#delimited(this.#peek);
    const flags = this.#skip(/[IM]*/y);
    return { kind: 'regex', regex: this.#regex(pattern, flags) };
  }

  #secondAddress(): Address {
    const counted = this.#skip(/[+~]\d+/y);
    if (counted.startsWith('+')) return { kind: 'count', lines: Number(counted.slice(1)) };
    if (counted !== '') return { kind: 'multiple', of: Number(counted.slice(1)) };
    const address = this.#address();
    if (address === undefined) throw new SedError("unexpected `,'");
    return address;
  }

  #regex(pattern: string, flags: string): Regex | undefined {
    if (pattern === '') return undefined;
    const options = { ignoreCase: /[Ii]/.test(flags), multiline: /[Mm]/.test(flags) };
    const regex = posixRegex(this.#kind, pattern, options);
    if (regex === undefined) throw new SedError(`regular expression not supported: ${pattern}`);
    return regex;
  }

  /** Text up to the delimiter, which may be escaped; inside a bracket expression it need not be. */
  #delimited(delimiter: string): string {
    let out = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#peek;
      if (char === delimiter) {
        this.#at++;
        return out;
      }
      if (char === '\\') {
        const next = this.#text[this.#at + 1] ?? '';
        this.#at++;
        if (next === delimiter) out += /[|(){}+?.*^$[\]]/.test(delimiter) ? `\\${delimiter}` : delimiter;
        else out += `\\${next}`;
      } else if (char === '[') {
        const set =
          /^\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\]/.exec(this.#text.slice(this.#at, this.#at + 500))?.[0] ?? '[';
        out += set;
        this.#at += set.length - 1;
      } else {
        out += char;
      }
    }
    throw new SedError('unterminated address regex');
  }

  #arguments(name: string): Pick<Command, 'text'> & Partial<Command> {
    switch (name) {
      case '{':
      case '}':
        return { text: '' };
      case 's':
        return { text: '', substitution: this.#substitution() };
      case 'y':
        return { text: '', table: this.#table() };
      case 'a':
      case 'i':
      case 'c':
        return { text: this.#insertedText() };
      case ':':
      case 'b':
      case 't':
      case 'T':
        return { text: this.#skip(/[ \t]*[^\s;}]*/y).trim() };
      case 'r':
      case 'w':
      case 'R':
      case 'W':
        return { text: this.#line().trim() };
      case 'q':
      case 'Q':
        return { text: this.#skip(/[ \t]*\d*/y).trim() };
      default:
        if (!/^[dDpPnNgGhHxz=F]$/.test(name)) throw new SedError(`unknown command: \`${name}'`);
        return { text: '' };
    }
  }

  /** `a text` on one line, or `a\` and lines that a backslash continues. */
  #insertedText(): string {
    this.#skip(/[ \t]*/y);
    if (this.#text.startsWith('\\\n', this.#at)) this.#at += 2;
    else if (this.#peek === '\\') this.#at++;
    let out = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#peek;
      if (char === '\n') break;
      if (char === '\\') {
        this.#at++;
        const next = this.#peek;
        out += next === 't' ? '\t' : next;
      } else {
        out += char;
      }
    }
    return out;
  }

  #substitution(): Substitution {
    const delimiter = this.#peek;
    const pattern = this.#delimited(delimiter);
    const replacement = this.#replacement(delimiter);
    const flags = this.#skip(/[gpiIeMm0-9]*/y);
    const file = this.#peek === 'w' ? this.#line().slice(1).trim() : undefined;
    if (flags.includes('e')) throw new SedError('the flag e is not modelled');
    return {
      regex: this.#regex(pattern, flags),
      replacement,
      global: flags.includes('g'),
      print: flags.includes('p'),
      nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
      file,
    };
  }

  #replacement(delimiter: string): ReplacementPart[] {
    const parts: ReplacementPart[] = [];
    let text = '';
    const push = (part: ReplacementPart) => {
      if (text !== '') parts.push(text);
      text = '';
      parts.push(part);
    };
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#peek;
      if (char === delimiter) {
        this.#at++;
        return text === '' ? parts : [...parts, text];
      }
      if (char === '&') {
        push({ group: 0 });
        continue;
      }
      if (char !== '\\') {
        text += char;
        continue;
      }
      this.#at++;
      const next = this.#peek;
      if (/\d/.test(next)) push({ group: Number(next) });
      else if (/[ULulE]/.test(next) && next !== delimiter) push({ letters: next as 'U' });
      else if (next === 'n' && delimiter !== 'n') text += '\n';
      else if (next === 't' && delimiter !== 't') text += '\t';
      else if (next === 'r' && delimiter !== 'r') text += '\r';
      else text += next;
    }
    throw new SedError("unterminated `s' command");
  }

  #table(): ReadonlyMap<string, string> {
    const delimiter = this.#peek;
    const decode = (text: string) =>
      text.replace(/\\(.)/gs, (_, char) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
    const from = [...decode(this.#delimited(delimiter))];
    this.#at--;
    const to = [...decode(this.#delimited(delimiter))];
    if (from.length !== to.length) throw new SedError("strings for `y' command are different lengths");
    return new Map(from.map((char, i) => [char, to[i] as string]));
  }
}
