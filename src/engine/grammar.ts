import { isUnknown } from '../model/unknown.ts';
import { matchesWhole } from '../pack/patterns.ts';
import type { Grammar, ValueRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { AppReading } from './app-reading.ts';
import { TableCheck } from './grammar-table.ts';
import { checkVariables } from './grammar-variables.ts';
import { programWords } from './grammar-words.ts';
import { placeOf, Refusal } from './reasons.ts';

/** Refuses config that the program would refuse for its form. Throws Refusal that names the line. */
export function checkGrammar(app: AppReading): void {
  const { grammar } = app.context.pack;
  if (grammar === undefined) return;
  new GrammarCheck(app, grammar).checkBlock(app.store.nodes, []);
  if (grammar.variables !== undefined) checkVariables(app, grammar.variables);
}

class GrammarCheck {
  readonly #app: AppReading;
  readonly #once: ReadonlySet<string>;
  readonly #places: ReadonlyMap<string, readonly string[]>;
  readonly #within: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #except: ReadonlySet<string>;
  readonly #values: ReadonlyMap<string, readonly PlacedRule[]>;
  readonly #isKnown: (node: ConfigNode) => boolean;
  readonly #table: TableCheck | undefined;

  constructor(app: AppReading, { once, places, within, values, known, table }: Grammar) {
    const normal = (name: string) => app.store.normal(name);
    this.#app = app;
    this.#once = new Set(once?.map(normal));
    this.#places = new Map(
      Object.entries(places ?? {}).map(([name, paths]) => [normal(name), paths.map(normal)]),
    );
    this.#within = new Map(
      Object.entries(within ?? {}).map(([path, names]) => [normal(path), new Set(names.map(normal))]),
    );
    this.#values = valueRules(values ?? [], normal);
    this.#except = new Set(known?.except.map(normal));
    this.#table = table && new TableCheck(app, table);
    this.#isKnown = known === undefined ? () => true : knownNames(app, known);
  }

  checkBlock(nodes: readonly ConfigNode[], parents: readonly string[]): void {
    const seen = new Set<string>();
    const within = this.#within.get(parents.join('/'));
    for (const node of nodes) {
      // What can't be known to count is not held against the program.
      if (node.possible) continue;
      const name = this.#app.store.normal(node.name);
      if (seen.has(name) && this.#isOnce(name)) this.#refuse(node, 'is duplicate', 'once');
      seen.add(name);
      const places = this.#places.get(name);
      if (places !== undefined && !places.some((place) => isPlace(place, parents)))
        this.#refuse(node, 'is not allowed here', 'places');
      if (within && !within.has(name) && !isUnknown(name)) this.#refuse(node, 'is not known here', 'within');
      if (places === undefined && !this.#isKnown(node)) this.#refuse(node, 'is unknown', 'known');
      this.#checkValues(node, name, parents);
      const flaw = this.#table?.flawOf(node, parents);
      if (flaw !== undefined) this.#refuse(node, flaw, 'table');
      if (node.children && !this.#except.has(name)) this.checkBlock(node.children, [...parents, name]);
    }
  }

  #isOnce(name: string): boolean {
    return this.#once.has(name) || this.#once.has('*') || this.#table?.isOnce(name) === true;
  }

  #checkValues(node: ConfigNode, name: string, parents: readonly string[]): void {
    const rules = this.#values.get(name);
    if (rules === undefined || node.args.some(isUnknown)) return;
    for (const { rule, places } of rules) {
      const flaw = flawOf(node, rule, places, parents);
      if (flaw === undefined) continue;
      this.#app.context.reach?.(rule);
      refuse(node, flaw);
    }
  }

  #refuse(node: ConfigNode, why: string, word: keyof Grammar): never {
    const { pack, reach } = this.#app.context;
    if (pack.grammar !== undefined) reach?.(pack.grammar, word);
    refuse(node, why);
  }
}

/** A rule with its places as names are compared. */
interface PlacedRule {
  rule: ValueRule;
  places: readonly string[] | undefined;
}

function valueRules(
  rules: readonly ValueRule[],
  normal: (name: string) => string,
): Map<string, PlacedRule[]> {
  const byName = new Map<string, PlacedRule[]>();
  for (const rule of rules) {
    const placed: PlacedRule = { rule, places: rule.in?.map(normal) };
    for (const name of rule.names) byName.set(normal(name), [...(byName.get(normal(name)) ?? []), placed]);
  }
  return byName;
}

/** What a line has that the rule does not allow. */
function flawOf(
  { args }: ConfigNode,
  rule: ValueRule,
  places: PlacedRule['places'],
  parents: readonly string[],
): string | undefined {
  if (places !== undefined && !places.some((place) => isPlace(place, parents))) return 'is not allowed here';
  if (!isCounted(args.length, rule)) return 'has the wrong number of arguments';
  const looked = rule.first ? [args[0] ?? ''] : args;
  const wrong = looked.find((arg) => !isTaken(arg, rule));
  return wrong === undefined ? undefined : `can not be "${wrong}"`;
}

function isCounted(count: number, { count: wanted, least = 0, most = Infinity }: ValueRule): boolean {
  return (wanted === undefined || count === wanted) && count >= least && count <= most;
}

function isTaken(arg: string, { form, from = -Infinity, to = Infinity }: ValueRule): boolean {
  if (form !== undefined && !matchesWhole(form, arg)) return false;
  const number = Number(arg);
  return Number.isNaN(number) || (number >= from && number <= to);
}

function isPlace(place: string, parents: readonly string[]): boolean {
  const parts = place === '' ? [] : place.split('/');
  return (
    parts.length === parents.length && parts.every((part, index) => part === '*' || part === parents[index])
  );
}

/** Whether the program may know a line's name: by its form, and where the program can be read as a word in it. */
function knownNames(app: AppReading, rule: NonNullable<Grammar['known']>): (node: ConfigNode) => boolean {
  const { form, free, blockPrefix = '' } = rule;
  const names = rule.names && new Set(rule.names.map((name) => app.store.normal(name)));
  const isWord =
    rule.files === undefined
      ? (name: string) => names === undefined || names.has(app.store.normal(name))
      : programWords(app, app.evaluate(rule.files), rule.inTables === true);
  const known = new Map<string, boolean>();
  return ({ name, children }) => {
    const word = children ? blockPrefix + name : name;
    const before = known.get(word);
    if (before !== undefined) return before;
    const isFree = isUnknown(name) || (free !== undefined && matchesWhole(free, name));
    const found = isFree || ((form === undefined || matchesWhole(form, name)) && isWord(word));
    known.set(word, found);
    return found;
  };
}

function refuse({ name, at }: ConfigNode, why: string): never {
  throw new Refusal(`"${name}" ${why}${placeOf(at)}`);
}
