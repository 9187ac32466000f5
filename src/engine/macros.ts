import type { ConfigNode } from '../syntax/tree.ts';
import { placeOf, Refusal } from './reasons.ts';
import { reworded } from './rewording.ts';

interface Macro {
  parameters: readonly string[];
  body: readonly ConfigNode[];
}

/** Blocks that config lines define under a name, to be used later with values for their parameters. */
export class Macros {
  readonly #macros = new Map<string, Macro>();
  /** The macros that a line came from. */
  readonly #trails = new WeakMap<ConfigNode, readonly string[]>();

  /** The node's first argument is the name, the rest are parameters. */
  define(name: string, node: ConfigNode, body: readonly ConfigNode[]): void {
    this.#macros.set(name.toLowerCase(), { parameters: node.args.slice(1), body });
  }

  remove(name: string, node: ConfigNode): void {
    if (!this.#macros.delete(name.toLowerCase()))
      throw new Refusal(`macro ${name} is undefined${placeOf(node.at)}`);
  }

  /** The body with the values of `use` in it. Throws Refusal where the program would not take it. */
  bodyFor(name: string, use: ConfigNode, line: ConfigNode, syntax: string): ConfigNode[] {
    const key = name.toLowerCase();
    const macro = this.#macros.get(key);
    if (!macro) throw new Refusal(`macro ${name} is undefined${placeOf(use.at)}`);
    const trail = this.#trails.get(line) ?? [];
    if (trail.includes(key)) throw new Refusal(`macro ${name} uses itself${placeOf(use.at)}`);
    const values = use.args.slice(1);
    if (macro.parameters.length !== values.length) {
      const counts = `${values.length} arguments instead of ${macro.parameters.length}`;
      throw new Refusal(`macro ${name} is used with ${counts}${placeOf(use.at)}`);
    }
    const fill = filler(macro.parameters, values);
    return macro.body.map((node) => this.#filled(node, syntax, fill, [...trail, key]));
  }

  #filled(
    node: ConfigNode,
    syntax: string,
    fill: (text: string) => string,
    trail: readonly string[],
  ): ConfigNode {
    const children = node.children?.map((child) => this.#filled(child, syntax, fill, trail));
    const filled = { ...reworded(node, syntax, fill), ...(children && { children }) };
    this.#trails.set(filled, trail);
    return filled;
  }
}

/** Puts values in the place of parameters, wherever they stand in a text; of two that fit, the longer. */
function filler(parameters: readonly string[], values: readonly string[]): (text: string) => string {
  const named = parameters.filter((parameter) => parameter !== '').sort((a, b) => b.length - a.length);
  if (named.length === 0) return (text) => text;
  const any = new RegExp(named.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(any, (parameter) => values[parameters.indexOf(parameter)] ?? '');
}
