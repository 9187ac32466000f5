import { bounded } from '../texts.ts';

/** Elements by index or key. An indexed array's keys are numbers in decimal. */
export interface Elements {
  kind: 'indexed' | 'associative';
  items: ReadonlyMap<string, string>;
}

/** A shell variable. Never changed in place: a subshell shares the objects. */
export interface Variable {
  /** Undefined when declared without a value. */
  value: string | Elements | undefined;
  /** Set for an array that has been declared only. */
  kind?: Elements['kind'];
  exported?: boolean;
  readonly?: boolean;
  /** Name that it stands for (`declare -n`). */
  reference?: string;
  /** `declare -i`, `-u`, `-l`. */
  integer?: boolean;
  letters?: 'upper' | 'lower';
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isName(text: string): boolean {
  return identifier.test(text);
}

/** The elements of an array in order: an indexed one by number, an associative one as set. */
export function elementsOf(value: Elements): [string, string][] {
  const items = [...value.items];
  return value.kind === 'indexed' ? items.sort(([a], [b]) => Number(a) - Number(b)) : items;
}

/** The variables of one shell, with the values that functions have made local. */
export class Variables {
  #vars: Map<string, Variable>;
  #frames: Map<string, Variable | undefined>[];
  /** A fork holds the same maps: they are copied before the next change. */
  #isShared = false;

  constructor(vars: Map<string, Variable> = new Map(), frames: Map<string, Variable | undefined>[] = []) {
    this.#vars = vars;
    this.#frames = frames;
  }

  /** An independent copy. */
  fork(): Variables {
    this.#isShared = true;
    const copy = new Variables(this.#vars, this.#frames);
    copy.#isShared = true;
    return copy;
  }

  /** Makes the maps nobody else's, before a change. */
  #own(): void {
    if (!this.#isShared) return;
    this.#vars = new Map(this.#vars);
    this.#frames = this.#frames.map((frame) => new Map(frame));
    this.#isShared = false;
  }

  #put(name: string, variable: Variable): void {
    this.#own();
    this.#vars.set(name, variable);
  }

  #drop(name: string): void {
    this.#own();
    this.#vars.delete(name);
  }

  get size(): number {
    return this.#vars.size;
  }

  get entries(): Iterable<readonly [string, Variable]> {
    return this.#vars;
  }

  /** The name that a name stands for, through `declare -n`. */
  resolve(name: string): string {
    let target = name;
    for (let i = 0; i < 10; i++) {
      const next = this.#vars.get(target)?.reference;
      if (next === undefined || next === '') return target;
      target = next;
    }
    return target;
  }

  get(name: string): Variable | undefined {
    return this.#vars.get(this.resolve(name));
  }

  /** The variable itself, where `get` follows a reference. */
  own(name: string): Variable | undefined {
    return this.#vars.get(name);
  }

  /** A variable's text: of an array, element 0. */
  text(name: string): string | undefined {
    const value = this.get(name)?.value;
    return typeof value === 'object' ? value.items.get('0') : value;
  }

  /** Assigns; false when the variable is read-only. */
  set(name: string, value: string | Elements | undefined): boolean {
    const target = this.resolve(name);
    const before = this.#vars.get(target);
    if (before?.readonly) return false;
    const stored = typeof value === 'string' ? changeLetters(bounded(value), before) : value;
    if (typeof stored === 'string' && typeof before?.value === 'object') {
      this.setElement(target, '0', stored);
      return true;
    }
    this.#put(target, { ...before, value: stored });
    return true;
  }

  setElement(name: string, key: string, value: string): boolean {
    const target = this.resolve(name);
    const before = this.#vars.get(target);
    if (before?.readonly) return false;
    const old = before?.value;
    const items = typeof old === 'object' ? old.items : typeof old === 'string' ? [['0', old] as const] : [];
    const stored = changeLetters(bounded(value), before);
    const next: Elements = {
      kind: typeof old === 'object' ? old.kind : (before?.kind ?? 'indexed'),
      items: new Map([...items, [key, stored]]),
    };
    this.#put(target, { ...before, value: next });
    return true;
  }

  /** Changes attributes; the variable is declared when it was not. */
  declare(name: string, attributes: Partial<Variable>): void {
    const target = 'reference' in attributes ? name : this.resolve(name);
    const before = this.#vars.get(target) ?? { value: undefined };
    this.#put(target, { ...before, ...attributes });
  }

  /** Puts back what `own` gave. */
  restore(name: string, variable: Variable | undefined): void {
    if (variable === undefined) this.#drop(name);
    else this.#put(name, variable);
  }

  unset(name: string): void {
    this.#drop(name);
  }

  unsetElement(name: string, key: string): void {
    const target = this.resolve(name);
    const before = this.#vars.get(target);
    if (typeof before?.value !== 'object') return;
    const items = new Map(before.value.items);
    items.delete(key);
    this.#put(target, { ...before, value: { ...before.value, items } });
  }

  get names(): string[] {
    return [...this.#vars].filter(([, { value }]) => value !== undefined).map(([name]) => name);
  }

  /** What a program gets: exported variables that have a value. */
  get environment(): Map<string, string> {
    const env = new Map<string, string>();
    for (const [name, { exported, value }] of this.#vars) {
      if (exported && typeof value === 'string') env.set(name, value);
    }
    return env;
  }

  enterFunction(): void {
    this.#own();
    this.#frames.push(new Map());
  }

  leaveFunction(): void {
    this.#own();
    for (const [name, before] of this.#frames.pop() ?? []) {
      if (before === undefined) this.#drop(name);
      else this.#put(name, before);
    }
  }

  get inFunction(): boolean {
    return this.#frames.length > 0;
  }

  /** Makes a name local to the function that runs; `keep`: it starts with the outer value (dash, ash). */
  local(name: string, keep: boolean): void {
    this.#own();
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    const before = this.#vars.get(name);
    if (frame.has(name)) return;
    frame.set(name, before);
    if (!keep) this.#put(name, { value: undefined, exported: before?.exported === true });
  }

  isLocal(name: string): boolean {
    return this.#frames.some((frame) => frame.has(name));
  }

  /** Assigns outside of all functions (`declare -g`). */
  setGlobal(name: string, value: Variable): void {
    this.#own();
    const frame = this.#frames.find((each) => each.has(name));
    if (frame) frame.set(name, value);
    else this.#put(name, value);
  }

  state(): string {
    const plain = (vars: Iterable<readonly [string, Variable | undefined]>) =>
      [...vars].map(([name, variable]) => [
        name,
        variable,
        typeof variable?.value === 'object' ? [...variable.value.items] : undefined,
      ]);
    return JSON.stringify([plain(this.#vars), this.#frames.map(plain)]);
  }
}

function changeLetters(text: string, variable: Variable | undefined): string {
  if (variable?.letters === 'upper') return text.toUpperCase();
  return variable?.letters === 'lower' ? text.toLowerCase() : text;
}
