import { parse } from 'yaml';
import { isUnknown } from '../../model/unknown.ts';
import type { Call } from './call.ts';
import { perl } from './perl.ts';

/** A program text given as an argument, whatever runs it, whose output is plain from the text. */
interface OneLiner {
  pattern: RegExp;
  /** The output; undefined where it can't be known. */
  output(call: Call, groups: readonly string[]): string | undefined;
}

const oneLiners: readonly OneLiner[] = [
  // JavaScript with js-yaml: a YAML file as JSON.
  {
    pattern:
      /(JSON\.stringify|printjson)\(\s*jsyaml\.load\(\s*(?:cat|fs\.readFileSync)\(\s*("(?:[^"\\]|\\.)*")/,
    output: (call, [, printer = '', path = '']) =>
      yamlAsJson(call, JSON.parse(path) as string, printer === 'printjson'),
  },
];

/** The output of a program whose arguments hold a known one-liner. */
export function oneLiner(call: Call): string | undefined {
  const edited = perl(call);
  if (edited !== undefined) return edited;
  for (const arg of call.args) {
    if (arg.length > 4_096 || isUnknown(arg)) continue;
    for (const { pattern, output } of oneLiners) {
      const match = pattern.exec(arg);
      if (match) return output(call, match);
    }
  }
  return undefined;
}

const longest = 256 * 1024;

function yamlAsJson(call: Call, path: string, indented: boolean): string | undefined {
  const text = call.read(path);
  if (text === undefined || isUnknown(text) || text.length > longest) return undefined;
  call.world.budget.spendOn(text.length * 16);
  try {
    return `${JSON.stringify(parse(text, { maxAliasCount: 100 }), undefined, indented ? '\t' : undefined)}\n`;
  } catch {
    return undefined;
  }
}
