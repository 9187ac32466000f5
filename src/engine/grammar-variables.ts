import { isUnknown } from '../model/unknown.ts';
import { captureAll, matchesWhole } from '../pack/patterns.ts';
import type { VariableRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { AppReading } from './app-reading.ts';
import { programWords } from './grammar-words.ts';
import { placeOf, Refusal } from './reasons.ts';

/** Refuses lines with variables that neither the program nor any line defines. Throws Refusal that names the line. */
export function checkVariables(app: AppReading, rule: VariableRule): void {
  const defined = new Set<string>();
  const users = new Set(rule.in.flat());
  const uses: ConfigNode[] = [];
  for (const node of everyNode(app.store.nodes)) {
    for (const name of definedBy(node, rule)) defined.add(name.toLowerCase());
    const isUse = users.has(node.name) && node.possible !== true;
    if (isUse && node.args.some((arg) => arg.includes(rule.sign))) uses.push(node);
  }
  if (uses.length === 0) return;
  const isWord = programWords(app, app.evaluate(rule.files), true, true);
  for (const node of uses) {
    const unknown = usedBy(node, rule).find(
      (name) =>
        !defined.has(name) && !(rule.free !== undefined && matchesWhole(rule.free, name)) && !isWord(name),
    );
    if (unknown !== undefined) {
      app.context.reach?.(rule);
      throw new Refusal(`"${node.name}" has the unknown variable "${unknown}"${placeOf(node.at)}`);
    }
  }
}

function* everyNode(nodes: readonly ConfigNode[]): Generator<ConfigNode> {
  for (const node of nodes) {
    yield node;
    if (node.children) yield* everyNode(node.children);
  }
}

function usedBy({ args }: ConfigNode, { names }: VariableRule): string[] {
  return args
    .filter((arg) => !isUnknown(arg))
    .flatMap((arg) => captureAll(names, arg))
    .map((name) => name.toLowerCase());
}

/** The variables that a line gives a value: by its arguments, as groups of a regular expression, or by its name. */
function definedBy({ name, args }: ConfigNode, { sign, first, last, groups }: VariableRule): string[] {
  const found: string[] = [];
  const take = (text: string | undefined) => text?.startsWith(sign) && found.push(text.slice(sign.length));
  take(name);
  if (first !== undefined && args.length > 0 && matchesWhole(first, name)) take(args[0]);
  if (last !== undefined && args.length > 0 && matchesWhole(last, name)) take(args.at(-1));
  for (const arg of args) if (arg.includes('(?')) found.push(...captureAll(groups, arg));
  return found;
}
