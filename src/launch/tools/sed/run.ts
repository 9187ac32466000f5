import type { Budget } from '../../budget.ts';
import { launchLimits } from '../../limits.ts';
import type { Regex } from '../../regex.ts';
import { type Address, type Command, type ReplacementPart, SedError, type Substitution } from './parse.ts';

export interface SedHost {
  budget: Budget;
  read(path: string): string;
  write(path: string, text: string): void;
}

export interface SedOptions {
  quiet: boolean;
  /** Lines end with NUL (`-z`). */
  zero: boolean;
}

export interface SedResult {
  output: string;
  status: number;
}

/** Runs a sed script over a text. */
export function runSed(
  commands: readonly Command[],
  text: string,
  options: SedOptions,
  host: SedHost,
): SedResult {
  return new Machine(commands, text, options, host).run();
}

class Machine {
  readonly #commands: readonly Command[];
  readonly #lines: readonly string[];
  readonly #options: SedOptions;
  readonly #host: SedHost;
  readonly #end: string;
  /** The input's last line has no end; then the output's has none either. */
  readonly #openEnd: boolean;
  readonly #inRange = new Map<Command, number>();
  readonly #labels: ReadonlyMap<string, number>;
  #line = 0;
  #pattern = '';
  #hold = '';
  #out = '';
  #appended: string[] = [];
  #substituted = false;
  #lastRegex: Regex | undefined;
  #quit: number | undefined;
  #restart = false;

  constructor(commands: readonly Command[], text: string, options: SedOptions, host: SedHost) {
    this.#commands = commands;
    this.#options = options;
    this.#host = host;
    this.#end = options.zero ? '\0' : '\n';
    this.#openEnd = text !== '' && !text.endsWith(this.#end);
    const lines = text.split(this.#end);
    if (!this.#openEnd) lines.pop();
    this.#lines = lines;
    this.#labels = new Map(
      commands.flatMap(({ name, text: label }, i) => (name === ':' ? [[label, i] as const] : [])),
    );
  }

  run(): SedResult {
    while (this.#line < this.#lines.length && this.#quit === undefined) {
      if (!this.#restart) this.#pattern = this.#lines[this.#line++] as string;
      this.#restart = false;
      this.#cycle();
    }
    const lost = this.#openEnd && this.#out.endsWith(this.#end) && this.#line >= this.#lines.length;
    return { output: lost ? this.#out.slice(0, -1) : this.#out, status: this.#quit ?? 0 };
  }

  #cycle(): void {
    this.#substituted = false;
    const deleted = this.#runCommands();
    if (!deleted && !this.#options.quiet) this.#print(this.#pattern);
    this.#flush();
  }

  #print(text: string): void {
    this.#out += text + this.#end;
    if (this.#out.length > launchLimits.text * 4) throw new SedError('the output is too long');
  }

  #flush(): void {
    for (const text of this.#appended) this.#out += text;
    this.#appended = [];
  }

  /** Runs the script once; true when the pattern space is not to be printed. */
  #runCommands(): boolean {
    for (let i = 0; i < this.#commands.length; i++) {
      this.#host.budget.spend(1 + this.#pattern.length / 256);
      const command = this.#commands[i] as Command;
      if (this.#selects(command) === command.negated) {
        if (command.name === '{') i = command.end ?? i;
        continue;
      }
      const next = this.#execute(command, i);
      if (next === 'deleted' || next === 'ended') return next === 'deleted';
      i = next;
    }
    return false;
  }

  /** The index of the command that was run or jumped to, or how the cycle ends. */
  #execute(command: Command, index: number): number | 'deleted' | 'ended' {
    switch (command.name) {
      case 's':
        this.#substitute(command.substitution as Substitution);
        return index;
      case 'y':
        this.#pattern = [...this.#pattern].map((char) => command.table?.get(char) ?? char).join('');
        return index;
      case 'd':
        return 'deleted';
      case 'D':
        return this.#deleteFirst();
      case 'p':
        this.#print(this.#pattern);
        return index;
      case 'P':
        this.#print(this.#pattern.split('\n')[0] ?? '');
        return index;
      case '=':
        this.#out += `${this.#line}\n`;
        return index;
      case 'q':
      case 'Q':
        this.#quit = Number(command.text || 0);
        return command.name === 'q' ? 'ended' : 'deleted';
      case 'c':
        return this.#change(command);
      case 'n':
      case 'N':
        return this.#next(command.name) ? index : 'ended';
      case 'b':
        return this.#target(command);
      case 't':
      case 'T':
        return this.#conditional(command, index);
      default:
        this.#simple(command);
        return index;
    }
  }

  #simple({ name, text }: Command): void {
    if (name === 'a') this.#appended.push(`${text}\n`);
    else if (name === 'i') this.#out += `${text}\n`;
    else if (name === 'g') this.#pattern = this.#hold;
    else if (name === 'G') this.#pattern += `\n${this.#hold}`;
    else if (name === 'h') this.#hold = this.#pattern;
    else if (name === 'H') this.#hold += `\n${this.#pattern}`;
    else if (name === 'x') [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
    else if (name === 'z') this.#pattern = '';
    else if (name === 'r') this.#appended.push(this.#host.read(text));
    else if (name === 'w') this.#host.write(text, `${this.#pattern}\n`);
    else if (name === 'R' || name === 'W' || name === 'F') throw new SedError(`${name} is not modelled`);
    if (this.#pattern.length + this.#hold.length > launchLimits.text * 2)
      throw new SedError('a line is too long');
  }

  #deleteFirst(): 'deleted' {
    const at = this.#pattern.indexOf('\n');
    this.#restart = at >= 0;
    if (at >= 0) this.#pattern = this.#pattern.slice(at + 1);
    return 'deleted';
  }

  #change(command: Command): 'deleted' {
    const inside = command.to !== undefined && !command.negated && this.#inRange.has(command);
    if (!inside) this.#out += `${command.text}\n`;
    return 'deleted';
  }

  /** False at the end of the input, where GNU's sed prints what it has and ends. */
  #next(name: string): boolean {
    if (this.#line >= this.#lines.length) {
      this.#quit = 0;
      return false;
    }
    if (name === 'n') {
      if (!this.#options.quiet) this.#print(this.#pattern);
      this.#flush();
      this.#pattern = this.#lines[this.#line++] as string;
    } else {
      this.#pattern += `\n${this.#lines[this.#line++]}`;
      if (this.#pattern.length > launchLimits.text * 2) throw new SedError('a line is too long');
    }
    return true;
  }

  #conditional(command: Command, index: number): number {
    const jumps = this.#substituted === (command.name === 't');
    this.#substituted = false;
    return jumps ? this.#target(command) : index;
  }

  #target({ text }: Command): number {
    if (text === '') return this.#commands.length;
    const at = this.#labels.get(text);
    if (at === undefined) throw new SedError(`can't find label for jump to \`${text}'`);
    return at;
  }

  #selects(command: Command): boolean {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#matches(from);
    const end = this.#inRange.get(command);
    if (end !== undefined) return this.#inside(command, to, end);
    const startsAtZero = from.kind === 'line' && from.line === 0;
    if (startsAtZero ? this.#line !== 1 : !this.#matches(from)) return false;
    if (startsAtZero) return this.#inside(command, to, Number.POSITIVE_INFINITY);
    const last = this.#lastLine(to);
    if (last > this.#line) this.#inRange.set(command, last);
    return true;
  }

  #inside(command: Command, to: Address, end: number): boolean {
    const isEnd = to.kind === 'regex' ? this.#matches(to) : this.#line >= end;
    // A range whose last line has been passed (by `n`) ends before this line.
    if (to.kind === 'line' && this.#line > end) {
      this.#inRange.delete(command);
      return command.from !== undefined && this.#matches(command.from);
    }
    if (isEnd) this.#inRange.delete(command);
    else this.#inRange.set(command, end);
    return true;
  }

  #lastLine(to: Address): number {
    switch (to.kind) {
      case 'line':
        return to.line;
      case 'count':
        return this.#line + to.lines;
      case 'multiple':
        return to.of > 0 ? Math.ceil(this.#line / to.of) * to.of : this.#line;
      case 'last':
        return this.#lines.length;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }

  #matches(address: Address): boolean {
    switch (address.kind) {
      case 'line':
        return this.#line === address.line;
      case 'last':
        return this.#line >= this.#lines.length;
      case 'step':
        return address.step > 0
          ? this.#line >= address.first && (this.#line - address.first) % address.step === 0
          : this.#line === address.first;
      case 'regex':
        return this.#regex(address.regex).find(this.#pattern) !== undefined;
      default:
        return false;
    }
  }

  #regex(regex: Regex | undefined): Regex {
    this.#lastRegex = regex ?? this.#lastRegex;
    if (this.#lastRegex === undefined) throw new SedError('no previous regular expression');
    this.#host.budget.spendOn(this.#pattern.length * 2);
    return this.#lastRegex;
  }

  #substitute(substitution: Substitution): void {
    const regex = this.#regex(substitution.regex);
    const text = this.#pattern;
    let out = '';
    let from = 0;
    let count = 0;
    let changed = false;
    let lastEnd = -1;
    for (let search = 0; search <= text.length; ) {
      const match = regex.find(text, search);
      if (match === undefined) break;
      const isEmpty = match.end === match.start;
      // An empty match right behind another match does not count.
      if (!(isEmpty && match.start === lastEnd) && ++count >= substitution.nth) {
        out += text.slice(from, match.start) + render(substitution.replacement, match.groups);
        from = match.end;
        changed = true;
        if (!substitution.global) break;
      }
      lastEnd = match.end;
      search = isEmpty ? match.end + 1 : match.end;
      if (out.length > launchLimits.text * 2) throw new SedError('a line is too long');
      this.#host.budget.spend();
    }
    if (!changed) return;
    this.#pattern = out + text.slice(from);
    this.#substituted = true;
    if (substitution.print) this.#print(this.#pattern);
    if (substitution.file !== undefined) this.#host.write(substitution.file, `${this.#pattern}\n`);
  }
}

/** The replacement with its groups, and `\U` and the like carried out. */
function render(parts: readonly ReplacementPart[], groups: readonly string[]): string {
  let out = '';
  let mode: 'U' | 'L' | 'E' = 'E';
  let once: 'u' | 'l' | undefined;
  for (const part of parts) {
    if (typeof part === 'object' && 'letters' in part) {
      if (part.letters === 'u' || part.letters === 'l') once = part.letters;
      else mode = part.letters;
      continue;
    }
    let text = typeof part === 'string' ? part : (groups[part.group] ?? '');
    if (mode !== 'E') text = mode === 'U' ? text.toUpperCase() : text.toLowerCase();
    if (once !== undefined && text !== '') {
      const first = text.slice(0, 1);
      text = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + text.slice(1);
      once = undefined;
    }
    out += text;
  }
  return out;
}
