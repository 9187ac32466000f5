import { evaluate, type Names } from '../pack/expressions.ts';
import { replaceAll } from '../pack/patterns.ts';
import type { Pack } from '../pack/schema.ts';
import { syntaxes } from '../syntax/syntaxes.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { Collections } from './collections.ts';
import { placeOf, Refusal } from './reasons.ts';
import { longest, reworded } from './rewording.ts';
import { nested } from './scope.ts';

type Rules = NonNullable<Pack['interpolate']>;

/**
 * A line with the values of variables in it, as the pack and the line's syntax say; undefined where nothing is left of its
 * name. Throws Refusal where it grows too long.
 */
export function interpolated(
  node: ConfigNode,
  syntaxName: string,
  rules: Rules | undefined,
  variables: Collections,
  scope: Names,
): ConfigNode | undefined {
  if (!rules) return node;
  const syntax = syntaxes.get(syntaxName);
  if (syntax?.expand) {
    if (node.raw === undefined) return node;
    const expanded = syntax.expand(node.raw, (name) => worthOf(name, rules, variables, scope));
    return expanded.name === '' ? undefined : { ...node, ...expanded };
  }
  const { pattern } = rules;
  if (pattern === undefined || !hasSign(node)) return node;
  const lookUp = (name: string, whole: string) =>
    worthOf(name, rules, variables, scope) ?? withoutValue(rules, name, whole, node);
  const replace = (text: string) => replaceAll(pattern, text, lookUp);
  return reworded(node, syntaxName, (text) => repeated(text, replace, rules.rounds ?? 0));
}

function withoutValue(rules: Rules, name: string, whole: string, { at }: ConfigNode): string {
  if (rules.undefined === 'refuse') throw new Refusal(`the variable ${name} has no value${placeOf(at)}`);
  return rules.undefined === 'empty' ? '' : whole;
}

/** A variable's value, or what stands behind its name for want of one. */
function worthOf(name: string, rules: Rules, variables: Collections, scope: Names): string | undefined {
  const own = rules.value === undefined ? null : evaluate(rules.value, nested(scope, { name }));
  const value = own === null ? variables.variable(name) : String(own);
  const at = rules.otherwise === undefined ? -1 : name.indexOf(rules.otherwise);
  if (value !== undefined || at < 0) return value;
  const { otherwise = '', ...others } = rules;
  return worthOf(name.slice(0, at), others, variables, scope) ?? name.slice(at + otherwise.length);
}

/** What variables hold may name variables again: until nothing changes, or it grows beyond any use. */
function repeated(text: string, replace: (text: string) => string, rounds: number): string {
  let before = text;
  let after = replace(text);
  for (let round = 0; round < rounds && after !== before && after.length <= longest; round++) {
    before = after;
    after = replace(after);
  }
  return after;
}

/** Whether a variable may stand in the line; all begin with one of these. */
function hasSign({ raw, args }: ConfigNode): boolean {
  return /[$%]/.test(raw ?? '') || args.some((arg) => /[$%]/.test(arg));
}
