import { limits } from '../base/limits.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { Refusal } from './reasons.ts';
import { reworded } from './rewording.ts';

/** Blocks that config lines define under a name, to be used later with values for their parameters. */
export class Macros {
  readonly #macros = new Map<string, ConfigNode>();

  /** The node's first argument is the name, the rest are parameters, its children the body. */
  define(name: string, node: ConfigNode): void {
    this.#macros.set(name.toLowerCase(), node);
  }

  remove(name: string, node: ConfigNode): void {
    if (!this.#macros.delete(name.toLowerCase()))
      throw new Refusal(`macro ${name} is undefined${place(node)}`);
  }

  /** The body with the values of `use` in it. Throws Refusal where the program would not take it. */
  bodyFor(name: string, use: ConfigNode, syntax: string, depth: number): ConfigNode[] {
    const macro = this.#macros.get(name.toLowerCase());
    if (!macro) throw new Refusal(`macro ${name} is undefined${place(use)}`);
    if (depth >= limits.configDepth) throw new Refusal(`macro ${name} uses itself${place(use)}`);
    const parameters = macro.args.slice(1);
    const values = use.args.slice(1);
    if (parameters.length !== values.length) {
      const counts = `${values.length} arguments instead of ${parameters.length}`;
      throw new Refusal(`macro ${name} is used with ${counts}${place(use)}`);
    }
    const fill = filler(parameters, values);
    return (macro.children ?? []).map((child) => filled(child, syntax, fill));
  }
}

/** Puts values in the place of parameters, wherever they stand in a text; of two that fit, the longer. */
function filler(parameters: readonly string[], values: readonly string[]): (text: string) => string {
  const named = parameters.filter((parameter) => parameter !== '').sort((a, b) => b.length - a.length);
  if (named.length === 0) return (text) => text;
  const any = new RegExp(named.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(any, (parameter) => values[parameters.indexOf(parameter)] ?? '');
}

function filled(node: ConfigNode, syntax: string, fill: (text: string) => string): ConfigNode {
  const changed = reworded(node, syntax, fill);
  return changed.children
    ? { ...changed, children: changed.children.map((child) => filled(child, syntax, fill)) }
    : changed;
}

function place({ at }: ConfigNode): string {
  return at.line === undefined ? '' : ` (${at.path}:${at.line})`;
}
