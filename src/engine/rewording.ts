import { syntaxes } from '../syntax/syntaxes.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { Refusal } from './reasons.ts';

/** Variables that hold each other twice would double at every step. */
export const longest = 65_536;

/**
 * A config line with its text changed: in its `raw`, which is then read anew as `syntax` does, or else argument by
 * argument. Throws Refusal where the text grows beyond any use.
 */
export function reworded(node: ConfigNode, syntax: string, change: (text: string) => string): ConfigNode {
  const reread = node.raw === undefined ? undefined : syntaxes.get(syntax)?.reread;
  if (node.raw === undefined || !reread) {
    return { ...node, args: node.args.map((arg) => bounded(change(arg), node)) };
  }
  const raw = bounded(change(node.raw), node);
  if (raw === node.raw) return node;
  const { at, span, possible } = node;
  return { ...reread(raw), at, span, raw, ...(possible && { possible }) };
}

function bounded(text: string, { at }: ConfigNode): string {
  if (text.length > longest) throw new Refusal(`variables make ${at.path}:${at.line} too long`);
  return text;
}
