import { posix } from 'node:path';
import { parseOptions } from '../options.ts';
import type { Next, Wrapper } from './wrapper.ts';

const spec = {
  short: 'iu:C:S:v0',
  long: {
    'ignore-environment': false,
    unset: true,
    chdir: true,
    'split-string': true,
    debug: false,
    null: false,
    'block-signal': 'optional',
    'default-signal': 'optional',
    'ignore-signal': 'optional',
  },
} as const;

/** What env(1)'s arguments say: the environment, and the command if there is one. */
export interface EnvArguments {
  env: Map<string, string>;
  argv: readonly string[];
  chdir: string | undefined;
}

export function envArguments(
  args: readonly string[],
  env: ReadonlyMap<string, string>,
): EnvArguments | undefined {
  const parsed = parseOptions(withoutSplit(args[0] === '-' ? ['-i', ...args.slice(1)] : args), spec);
  if (parsed === undefined) return undefined;
  const vars = new Map(parsed.has('i', 'ignore-environment') ? [] : env);
  for (const name of parsed.values('u', 'unset')) vars.delete(name);
  const program = parsed.rest.findIndex((word) => !/^[^=]+=/.test(word));
  const end = program < 0 ? parsed.rest.length : program;
  for (const word of parsed.rest.slice(0, end)) {
    vars.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
  }
  return { env: vars, argv: parsed.rest.slice(end), chdir: parsed.value('C', 'chdir') };
}

/** The arguments with `-S 'a b'` replaced by its words: so a shebang's only argument can hold several. */
function withoutSplit(args: readonly string[]): string[] {
  const option = /^(-[iv0]*)S(.*)$|^--split-string=(.*)$/s;
  const index = args.findIndex((arg) => option.test(arg) || !arg.startsWith('-'));
  const match = option.exec(args[index] ?? '');
  if (match === null) return [...args];
  const [, letters = '-', glued, long] = match;
  const inline = long ?? glued ?? '';
  const [text = '', ...behind] = inline === '' ? args.slice(index + 1) : [inline, ...args.slice(index + 1)];
  const before = letters === '-' ? args.slice(0, index) : [...args.slice(0, index), letters];
  return [...before, ...splitString(text), ...behind];
}

/** Words of `env -S`: blanks separate, quotes group, backslash escapes. */
function splitString(text: string): string[] {
  const words = text.match(/(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+/gs) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) =>
      single !== undefined ? single : double !== undefined ? double.replace(/\\(.)/gs, '$1') : escaped,
    ),
  );
}

export const env: Wrapper = (args, process): Next | undefined => {
  const given = envArguments(args, process.env);
  if (given === undefined || given.argv.length === 0) return undefined;
  const cwd = given.chdir === undefined ? {} : { cwd: posix.resolve(process.cwd, given.chdir) };
  return { argv: given.argv, env: given.env, ...cwd };
};
