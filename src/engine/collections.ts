import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { Context } from './context.ts';

/** What config lines have set so far while files are read: variables, and the pack's named collections. */
export class Collections implements Names {
  readonly #context: Context;
  readonly #scope: Names;
  readonly #variables = new Map<string, string>();
  readonly #lists = new Map<string, Value[]>();

  constructor(context: Context, scope: Names) {
    this.#context = context;
    this.#scope = scope;
  }

  /** A collection by its name; `vars` is the map of variables. */
  get(name: string): Value | undefined {
    if (name === 'vars') return Object.fromEntries(this.#variables);
    return this.#list(name);
  }

  variable(name: string): string | undefined {
    return this.#variables.get(this.#key(name));
  }

  setVariable(name: string, value: string): void {
    this.#variables.set(this.#key(name), value);
  }

  unsetVariable(name: string): void {
    this.#variables.delete(this.#key(name));
  }

  #key(name: string): string {
    return this.#context.pack.interpolate?.anyCase ? name.toLowerCase() : name;
  }

  add(name: string, values: Value): void {
    this.#list(name)?.push(...(Array.isArray(values) ? values : [values]));
  }

  remove(name: string, values: Value): void {
    const list = this.#list(name);
    if (list === undefined) return;
    const gone = Array.isArray(values) ? values : [values];
    const kept = list.filter((value) => !gone.includes(value));
    list.splice(0, list.length, ...kept);
  }

  /** Undefined when the pack has no such collection. */
  #list(name: string): Value[] | undefined {
    const first = this.#context.pack.collections?.[name];
    if (first === undefined) return undefined;
    let list = this.#lists.get(name);
    if (list === undefined) {
      const value = evaluate(first, this.#scope);
      list = Array.isArray(value) ? [...value] : [value];
      this.#lists.set(name, list);
    }
    return list;
  }
}
