import type { Pack } from '../pack/schema.ts';

/**
 * Is told of each statement of a pack as it takes effect: an object of the pack, and of which of its words. To state
 * something that is asked for and does not hold, or finds nothing, is no effect.
 */
export type Reach = (statement: object, ...words: PropertyKey[]) => void;

/** Remembers which statements took effect. */
export class Reached {
  readonly #words = new Map<object, Set<string>>();

  readonly note: Reach = (statement, ...words) => {
    const known = this.#words.get(statement);
    if (known) known.add(words.join('.'));
    else this.#words.set(statement, new Set([words.join('.')]));
  };

  has({ statement, words }: Statement): boolean {
    return this.#words.get(statement)?.has(words.join('.')) === true;
  }
}

/** Something that a pack says, which a case can reach. */
export interface Statement {
  statement: object;
  words: readonly PropertyKey[];
  /** The keys and indexes that lead to it from the pack's root. */
  path: readonly PropertyKey[];
}

/** The statements of a pack that took no effect. */
export function unreachedOf(pack: Pack, reached: Reached): Statement[] {
  return [...statementsOf(pack)].filter((each) => !reached.has(each));
}

type Path = readonly PropertyKey[];
type Settings = NonNullable<Pack['settings']>;
type Beside = Pick<Pack, 'arguments' | 'settings' | 'files'>;

function* statementsOf(pack: Pack): Generator<Statement> {
  yield* ownWords(pack, [], ['ends', 'checks', 'stops', 'reloads', 'shares', 'detaches', 'pidFile', 'usual']);
  yield* each(pack.recognise, ['recognise']);
  for (const [index, way] of (pack.recognise ?? []).entries()) {
    yield* each(way.arguments?.options, ['recognise', index, 'arguments', 'options']);
  }
  yield* whole(pack.within, ['within']);
  yield* whole(pack.sole, ['sole']);
  yield* startsOf(pack, []);
  yield* programsBeside(pack);
  yield* readingOf(pack);
  yield* ownWords(pack.hosts?.any, ['hosts', 'any']);
  yield* endpointsOf(pack.listeners, ['listeners']);
  yield* endpointsOf(pack.peers, ['peers']);
  for (const [index, step] of (pack.combine ?? []).entries()) {
    yield* ownWords(step, ['combine', index], ['unite', 'drop', 'refuse']);
  }
  yield* grammarOf(pack);
  yield* each(pack.refuse, ['refuse']);
  yield* each(pack.needs, ['needs']);
  yield* each(pack.children, ['children']);
}

/** What a command line and its program's settings say. */
function* startsOf(owner: Beside, path: Path): Generator<Statement> {
  yield* each(owner.arguments?.options, [...path, 'arguments', 'options']);
  yield* sourcesOf(owner.settings, [...path, 'settings']);
  yield* each(owner.files, [...path, 'files']);
}

/** The sources of settings; one that stands in two places counts once. */
function* sourcesOf(settings: Settings = {}, path: Path): Generator<Statement> {
  for (const [name, setting] of Object.entries(settings)) {
    yield* ownWords(setting, [...path, name], Object.keys(setting).filter(isSource));
  }
}

/** Words of a setting that are no source. */
const details = new Set(['type', 'split', 'pick', 'as', 'true', 'false', 'about']);
const isSource = (word: string) => !details.has(word);

function* programsBeside({ starters = [], tools = [] }: Pack): Generator<Statement> {
  for (const [index, starter] of starters.entries()) {
    const path = ['starters', index];
    yield* whole(starter, path);
    yield* ownWords(starter, path, ['stops', 'detaches']);
    yield* startsOf(starter, path);
  }
  for (const [index, tool] of tools.entries()) {
    const path = ['tools', index];
    yield* whole(tool, path);
    yield* ownWords(tool, path, ['stops', 'fails', 'prints', 'warns']);
    yield* each(tool.writes, [...path, 'writes']);
    yield* startsOf(tool, path);
  }
}

function* readingOf({ interpolate, branches, reading = {} }: Pack): Generator<Statement> {
  yield* ownWords(interpolate?.variables, ['interpolate', 'variables']);
  yield* ownWords(branches, ['branches'], ['if', 'elseIf', 'else', 'end']);
  yield* each(branches?.predicates, ['branches', 'predicates']);
  for (const [name, rules] of Object.entries(reading)) {
    const path = ['reading', name];
    yield* Array.isArray(rules) ? each(rules, path) : whole(rules, path);
  }
}

function* endpointsOf(rules: Pack['listeners'] | Pack['peers'] = [], path: Path): Generator<Statement> {
  for (const [index, rule] of rules.entries()) {
    const own = [...path, index];
    yield* whole(rule, own);
    yield* ownWords(rule, own, ['without', 'host', 'port', 'path']);
    for (const form of (rule.forms ?? []).keys()) {
      yield { statement: rule, words: ['forms', form], path: [...own, 'forms', form] };
    }
    yield* ownWords(rule.hosts?.any, [...own, 'hosts', 'any']);
  }
}

function* grammarOf({ grammar }: Pack): Generator<Statement> {
  yield* ownWords(grammar, ['grammar'], ['once', 'places', 'within', 'known']);
  yield* each(grammar?.values, ['grammar', 'values']);
  yield* whole(grammar?.variables, ['grammar', 'variables']);
}

function* whole(statement: object | undefined, path: Path): Generator<Statement> {
  if (statement !== undefined) yield { statement, words: [], path };
}

/** Every member of a list or map is a statement. */
function* each(members: readonly object[] | Record<string, object> | undefined, path: Path) {
  const entries = Array.isArray(members) ? members.entries() : Object.entries(members ?? {});
  for (const [key, statement] of entries) yield* whole(statement, [...path, key]);
}

/** Every word that the statement has is one of its own. */
function* ownWords(
  statement: object | undefined,
  path: Path,
  words: readonly string[] = Object.keys(statement ?? {}),
): Generator<Statement> {
  if (statement === undefined) return;
  for (const word of words.filter((each) => Object.hasOwn(statement, each))) {
    yield { statement, words: [word], path: [...path, word] };
  }
}
