import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { Context } from './context.ts';

/** What config lines have set so far while files are read: variables, and the pack's named collections. */
export class Collections implements Names {
  readonly #context: Context;
  readonly #scope: Names;
  #variables: Map<string, string> | undefined;
  /** `vars` as expressions see it, until it changes. */
  #seen: { [name: string]: Value } | undefined;
  readonly #lists = new Map<string, Value[]>();

  constructor(context: Context, scope: Names) {
    this.#context = context;
    this.#scope = scope;
  }

  /** A collection by its name; `vars` is the map of variables. */
  get(name: string): Value | undefined {
    if (name !== 'vars') return this.#list(name);
    this.#seen ??= Object.fromEntries(this.#values());
    return this.#seen;
  }

  /** What lines have set, then where the pack says so the environment's. */
  variable(name: string): string | undefined {
    const { pack, launch, reach } = this.#context;
    const own = pack.interpolate?.variables;
    if (own !== undefined && Object.hasOwn(own, name)) reach?.(own, name);
    return (
      this.#values().get(this.#key(name)) ??
      (pack.interpolate?.environment === true ? launch.env[name] : undefined)
    );
  }

  setVariable(name: string, value: string): void {
    this.#values().set(this.#key(name), value);
    this.#seen = undefined;
  }

  unsetVariable(name: string): void {
    this.#values().delete(this.#key(name));
    this.#seen = undefined;
  }

  #values(): Map<string, string> {
    if (this.#variables === undefined) {
      const { pack, launch } = this.#context;
      const isEnvironment = pack.interpolate?.environment === 'changes';
      this.#variables = new Map(isEnvironment ? Object.entries(launch.env) : []);
      for (const [name, value] of Object.entries(pack.interpolate?.variables ?? {}))
        this.#variables.set(this.#key(name), String(evaluate(value, this.#scope)));
    }
    return this.#variables;
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
