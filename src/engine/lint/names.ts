import { groupNames } from '../../pack/patterns.ts';
import type { Pack } from '../../pack/schema.ts';
import { nodeValue } from '../node-values.ts';

/** The names that an expression may use, each with its members; undefined where any member may be asked for. */
export type KnownNames = ReadonlyMap<string, ReadonlySet<string> | undefined>;

type Path = readonly (string | number)[];

/** Names that every expression has, see `Scope`. */
export const fixedNames = [
  'opt',
  'opts',
  'positional',
  'unrecognised',
  'argv',
  'env',
  'user',
  'cwd',
  'pid',
  'isFirst',
  'exe',
  'realExe',
  'via',
  'runtime',
  'image',
  'ipv6',
] as const;

const anyNode = { name: '', args: [], at: { kind: 'config', text: '' }, span: [0, 0] } as const;
const nodeMembers = new Set(Object.keys(nodeValue({ ...anyNode, args: [] })));
const ofNode: [string, ReadonlySet<string> | undefined][] = [
  ['node', nodeMembers],
  ['value', undefined],
  ['rest', undefined],
];
const ofBlocks: [string, undefined][] = [
  ['parents', undefined],
  ['siblings', undefined],
];

/** What may be used by the expression that stands at `path` of the pack. */
export function namesAt(pack: Pack, path: Path): KnownNames {
  const [section, index, word] = path;
  const beside = section === 'starters' || section === 'tools' ? pack[section]?.[Number(index)] : undefined;
  const names = scopeNames(beside ?? pack, pack);
  const add = (more: Iterable<[string, ReadonlySet<string> | undefined]>) => {
    for (const [name, members] of more) names.set(name, members);
  };
  if (path.at(-1) === 'as') add([['value', undefined]]);
  if (path.at(-1) === 'unlisted') add([['name', undefined]]);
  if (/^(stops|reloads)$/.test(String(section === 'tools' || section === 'starters' ? word : section)))
    add([['server', new Set(Object.keys(pack.settings ?? {}))]]);
  if (section === 'tools' && word === 'writes') add([['value', undefined]]);
  if (section === 'listeners' || section === 'peers') {
    add(endpointNames(pack[section]?.[Number(index)] ?? {}, String(word)));
  }
  if (section === 'hosts') add([...ofNode, ...ofBlocks, ['part', undefined], ['text', undefined]]);
  if (section === 'branches') add([['args', undefined]]);
  if (section === 'interpolate' && index === 'value') add([['name', undefined]]);
  if (section === 'reading') add([...ofNode, ...ofBlocks, ['file', undefined], ...localNames(pack, path)]);
  if (section === 'combine')
    add(['self', 'all', 'before'].map((name) => [name, name === 'self' ? factNames(pack) : undefined]));
  if (section === 'refuse' || section === 'needs') {
    if (pack[section]?.[Number(index)]?.each !== undefined) add([...ofNode, ...ofBlocks]);
    if (section === 'needs' && pack.needs?.[Number(index)]?.of !== undefined) add([['value', undefined]]);
    add([['sockets', undefined]]);
    if (section === 'needs' && word !== 'of' && pack.needs?.[Number(index)]?.of !== undefined)
      add([['value', undefined]]);
  }
  if (section === 'roots' || section === 'children') {
    if (pack[section]?.[Number(index)]?.each !== undefined) add([...ofNode, ...ofBlocks]);
    if (word === 'on') add([['listener', new Set(['address', 'port', 'path'])]]);
  }
  return names;
}

interface Scoped {
  arguments?: Pack['arguments'];
  settings?: Pack['settings'];
  collections?: Pack['collections'];
}

function scopeNames(scoped: Scoped, pack: Pack): Map<string, ReadonlySet<string> | undefined> {
  const names = new Map<string, ReadonlySet<string> | undefined>();
  for (const name of fixedNames) names.set(name, undefined);
  const ways = scoped === pack ? (pack.recognise ?? []) : [];
  const options = new Set([scoped, ...ways].flatMap(({ arguments: own }) => Object.keys(own?.options ?? {})));
  names.set('opt', options).set('opts', options);
  names.set('user', new Set(['name', 'uid']));
  for (const name of Object.keys(scoped.settings ?? {})) names.set(name, undefined);
  for (const name of Object.keys(scoped.collections ?? {})) names.set(name, undefined);
  if (scoped !== pack) return names;
  for (const name of ['top', 'config', 'vars']) names.set(name, undefined);
  for (const way of pack.recognise ?? [])
    for (const name of Object.keys(way.set ?? {})) names.set(name, undefined);
  if (pack.within) names.set('roots', undefined);
  return names;
}

/** Groups of `forms` that the engine reads by itself; a text without them has them empty. */
export const formGroups = ['host', 'port', 'portEnd', 'path'] as const;

/** Words of an endpoint whose expressions are evaluated before its text is taken apart. */
const early: ReadonlySet<string> = new Set(['when', 'text']);

function endpointNames(
  rule: {
    each?: string | readonly string[] | undefined;
    forms?: string[] | undefined;
    without?: unknown;
    of?: string | undefined;
  },
  word: string,
): [string, ReadonlySet<string> | undefined][] {
  const ofEach = rule.each === undefined ? [] : [...ofNode, ...ofBlocks];
  if (word === 'of') return ofEach;
  if (word === 'without') return [];
  const names: [string, ReadonlySet<string> | undefined][] = [['index', undefined], ...ofEach];
  if (rule.without !== undefined) names.push(['value', undefined], ['rest', undefined], ...ofBlocks);
  if (rule.of !== undefined) names.push(['value', undefined]);
  if (!early.has(word)) {
    const parts = new Set([...formGroups, ...(rule.forms ?? []).flatMap(groupNames)]);
    names.push(['part', parts], ['text', undefined]);
  }
  return names;
}

function localNames(pack: Pack, path: Path): [string, undefined][] {
  const rules = [pack.reading?.[String(path[1])] ?? []].flat();
  const rule = typeof path[2] === 'number' ? rules[path[2]] : rules[0];
  return Object.keys((rule as { let?: object } | undefined)?.let ?? {}).map((name) => [name, undefined]);
}

/** What `combine` knows of a socket. */
export function factNames(pack: Pack): ReadonlySet<string> {
  const own = pack.listeners.flatMap(({ set }) => Object.keys(set ?? {}));
  return new Set(['transport', 'address', 'port', 'path', 'family', 'any', 'purpose', ...own]);
}
