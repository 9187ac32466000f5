import type { CommandLine, Pack, Setting } from '../../pack/schema.ts';
import { syntaxes } from '../../syntax/syntaxes.ts';
import { factNames } from './names.ts';
import { type Check, type LintProblem, suggestion } from './problem.ts';

type Path = (string | number)[];

/** Options, collections, facts and syntaxes that are named exist. */
export const checkReferences: Check = (pack) => [
  // A program that is recognised in another way may have a command line of its own.
  ...checkOptions(pack.settings, [pack, ...(pack.recognise ?? [])], []),
  ...(['starters', 'tools'] as const).flatMap((section) =>
    (pack[section] ?? []).flatMap((program, index) =>
      checkOptions(program.settings, [program], [section, index]),
    ),
  ),
  ...checkCollections(pack),
  ...checkFacts(pack),
  ...checkSyntaxes(pack, []),
];

function checkOptions(
  settings: Readonly<Record<string, Setting>> = {},
  programs: readonly { arguments?: CommandLine | undefined }[],
  path: Path,
): LintProblem[] {
  const known = programs.flatMap(({ arguments: line }) => Object.keys(line?.options ?? {}));
  return Object.entries(settings).flatMap(([name, { argument }]) =>
    unknownOf([argument ?? []].flat(), known, 'option', [...path, 'settings', name, 'argument']),
  );
}

function checkCollections(pack: Pack): LintProblem[] {
  const known = Object.keys(pack.collections ?? {});
  return Object.entries(pack.reading ?? {}).flatMap(([directive, rules]) =>
    [rules].flat().flatMap(({ add, remove }, index) => {
      const path = ['reading', directive, ...(Array.isArray(rules) ? [index] : [])];
      return [
        ...unknownOf([add ?? []].flat(), known, 'collection', [...path, 'add']),
        ...unknownOf([remove ?? []].flat(), known, 'collection', [...path, 'remove']),
      ];
    }),
  );
}

function checkFacts(pack: Pack): LintProblem[] {
  const known = factNames(pack);
  return (pack.combine ?? []).flatMap(({ within, unite }, index) => [
    ...unknownOf(within, known, 'fact', ['combine', index, 'within']),
    ...unknownOf(unite ?? [], known, 'fact', ['combine', index, 'unite']),
  ]);
}

/** Wherever a word of the pack says which syntax. */
function checkSyntaxes(value: unknown, path: Path): LintProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const isSyntax = /^(syntax|.*Syntax)$/.test(key) && typeof item === 'string';
    return isSyntax ? unknownOf([item], syntaxes.keys(), 'syntax', at) : checkSyntaxes(item, at);
  });
}

function unknownOf(
  names: readonly string[],
  known: Iterable<string>,
  what: string,
  path: Path,
): LintProblem[] {
  const all = new Set(known);
  return names
    .filter((name) => !all.has(name))
    .map((name) => ({
      path,
      severity: 'error',
      message: `there is no ${what} ${name}${suggestion(name, all)}`,
    }));
}
