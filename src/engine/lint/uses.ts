import type { ASTNode } from '@marcbachmann/cel-js';

/** A name that an expression uses, and the member of it that is asked for, where there is one. */
export interface Use {
  name: string;
  member: string | undefined;
}

/** Macros that give their first argument a meaning of its own inside the others (CEL specification, "Macros"). */
const binders: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

/** All names that an expression takes from outside. */
export function usesOf(tree: ASTNode): Use[] {
  const uses: Use[] = [];
  collect(tree, new Set(), uses);
  return uses;
}

function collect(node: ASTNode, bound: ReadonlySet<string>, uses: Use[]): void {
  if (node.op === 'id') {
    if (!bound.has(node.args)) uses.push({ name: node.args, member: undefined });
  } else if ((node.op === '.' || node.op === '.?') && node.args[0].op === 'id') {
    const [{ args: name }, member] = node.args;
    if (!bound.has(name)) uses.push({ name, member });
  } else if (node.op === 'rcall') {
    collectCall(node.args, bound, uses);
  } else {
    for (const child of childrenOf(node.args)) collect(child, bound, uses);
  }
}

function collectCall(
  [name, receiver, args]: [string, ASTNode, ASTNode[]],
  bound: ReadonlySet<string>,
  uses: Use[],
) {
  const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
  if (!isBind) collect(receiver, bound, uses);
  const [first, ...others] = args;
  if (!binders.has(name) || first?.op !== 'id') {
    for (const argument of args) collect(argument, bound, uses);
    return;
  }
  const inner = new Set([...bound, first.args]);
  for (const argument of others) collect(argument, inner, uses);
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
