import type { CommandLine } from '../../pack/schema.ts';

export type VariableRules = NonNullable<CommandLine['variables']>;

/** What a variable takes, by the lists of a pack. */
export type Takes = keyof VariableRules['takes'];

/** What a name as written stands for. */
export interface Resolved {
  /** The variable's own name, with `_`; the name as written where no list has it. */
  name: string;
  /** Undefined where no list has it. */
  takes: Takes | undefined;
  /** The last of the prefixes before it that turn a variable on, off, or do something else. */
  prefix: 'skip' | 'disable' | 'enable' | 'maximum' | 'autoset' | undefined;
  /** A `loose-` stands before it: what is wrong about it is passed over. */
  isLoose: boolean;
  /** All variables that the beginning of a name could be; more than one is an error. */
  candidates: readonly string[];
}

const prefixes = /^(skip|disable|enable|maximum|loose|autoset)_(?=.)/;

/** Names as written that are remembered. */
const most = 10_000;

const tables = new WeakMap<VariableRules, VariableNames>();

/** The variables that a pack lists; they are many, so once a pack. */
export function variableNames(rules: VariableRules): VariableNames {
  let names = tables.get(rules);
  if (names === undefined) {
    names = new VariableNames(rules);
    tables.set(rules, names);
  }
  return names;
}

/** The variables of one program: `-` and `_` are the same in their names. */
export class VariableNames {
  readonly letters: ReadonlyMap<string, string>;
  readonly #takes = new Map<string, Takes>();
  readonly #isAbbreviated: boolean;
  readonly #hasStructures: boolean;
  readonly #known = new Map<string, Resolved>();

  constructor({ takes, letters, abbreviated, structures }: VariableRules) {
    for (const [kind, names] of Object.entries(takes))
      for (const name of names ?? []) this.#takes.set(underscored(name), kind as Takes);
    this.letters = new Map(Object.entries(letters ?? {}));
    this.#isAbbreviated = abbreviated === true;
    this.#hasStructures = structures === true;
  }

  takes(name: string): Takes | undefined {
    return this.#takes.get(underscored(name));
  }

  /** A name as files and arguments have it, without its dashes in front. */
  resolve(text: string): Resolved {
    let resolved = this.#known.get(text);
    if (resolved === undefined) {
      resolved = this.#resolve(underscored(this.#hasStructures ? withoutStructure(text) : text));
      if (this.#known.size < most) this.#known.set(text, resolved);
    }
    return resolved;
  }

  /** Prefixes are looked at only where the name as a whole is none; the last one says what becomes of it. */
  #resolve(whole: string): Resolved {
    let rest = whole;
    let isLoose = false;
    let prefix: string | undefined;
    for (;;) {
      const candidates = this.#named(rest);
      if (candidates.length > 0) {
        const [name = rest] = candidates;
        const turn = prefix === 'loose' ? undefined : (prefix as Resolved['prefix']);
        return { name, takes: this.#takes.get(name), prefix: turn, isLoose, candidates };
      }
      prefix = prefixes.exec(rest)?.[1];
      if (prefix === undefined)
        return { name: whole, takes: undefined, prefix: undefined, isLoose, candidates };
      if (prefix === 'loose') isLoose = true;
      rest = rest.slice(prefix.length + 1);
    }
  }

  #named(name: string): string[] {
    if (this.#takes.has(name)) return [name];
    if (!this.#isAbbreviated || name === '') return [];
    return [...this.#takes.keys()].filter((each) => each.startsWith(name));
  }
}

function underscored(name: string): string {
  return name.replaceAll('-', '_');
}

/** `keys.key_buffer_size` is a variable of a structure; the structure's name says nothing here. */
function withoutStructure(name: string): string {
  const dot = name.indexOf('.', 1);
  return dot < 0 || dot === name.length - 1 ? name : name.slice(dot + 1);
}
