/** One step of an expression: what a path is set to, that it is removed, or that it is looked up. */
export type YqStep = { kind: 'set'; path: YqPath; value: YqValue } | { kind: 'delete' | 'get'; path: YqPath };
export type YqPath = readonly (string | number)[];
export type YqValue = string | number | boolean | null;

/** Asks for a variable of the environment. */
export type Lookup = (name: string) => string | undefined;

const pathPart = /\.?\[(\d+)\]|\.?\["((?:[^"\\]|\\.)*)"\]|\."((?:[^"\\]|\\.)*)"|\.([\w-]+)/y;
const literal = /"((?:[^"\\]|\\[\s\S])*)"|(-?\d+(?:\.\d+)?)(?![\w.])|(true|false|null)\b|(str)?env\((\w+)\)/y;
const tested = /\(\s*"((?:[^"\\]|\\.)*)"\s*\|\s*test\(\s*"([\w ]*)"\s*\)\s*\)/y;

/**
 * The assignments, removals and look-ups of an expression of yq 4 (`.a.b = "x" | del(.c)`), which entrypoints write YAML
 * with. Undefined where it has anything else.
 */
export function readYq(text: string, lookUp: Lookup): YqStep[] | undefined {
  const reader = new YqReader(text, lookUp);
  const steps: YqStep[] = [];
  do {
    const step = reader.step();
    if (step === undefined) return undefined;
    steps.push(step);
  } while (reader.take(/\s*\|(?!=)\s*/y));
  return reader.isAtEnd ? steps : undefined;
}

class YqReader {
  readonly #text: string;
  readonly #lookUp: Lookup;
  #at = 0;

  constructor(text: string, lookUp: Lookup) {
    this.#text = text.trim();
    this.#lookUp = lookUp;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found ?? undefined;
  }

  step(): YqStep | undefined {
    const isDeleted = this.take(/del\(\s*/y) !== undefined;
    const path = this.#path();
    if (path === undefined) return undefined;
    if (isDeleted) return this.take(/\s*\)/y) && { kind: 'delete', path };
    if (!this.take(/\s*\|?=\s*/y)) return { kind: 'get', path };
    const value = this.#value();
    return value === undefined ? undefined : { kind: 'set', path, value };
  }

  #path(): YqPath | undefined {
    const isInside = this.take(/\(\s*/y) !== undefined;
    const path: (string | number)[] = [];
    for (let part = this.take(pathPart); part; part = this.take(pathPart)) {
      const [, index, quoted, dotted, name] = part;
      path.push(index === undefined ? unescaped(quoted ?? dotted ?? name ?? '') : Number(index));
    }
    if (path.length === 0 && !this.take(/\./y)) return undefined;
    return isInside && !this.take(/\s*\)/y) ? undefined : path;
  }

  #value(): YqValue | undefined {
    const test = this.take(tested);
    if (test) return unescaped(test[1] ?? '').includes(test[2] ?? '');
    const [, text, number, word, isText, variable] = this.take(literal) ?? [];
    if (text !== undefined) return unescaped(text);
    if (number !== undefined) return Number(number);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const value = variable === undefined ? undefined : this.#lookUp(variable);
    return isText === undefined && value !== undefined ? undefined : value;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
