import type { ConfigNode } from '../syntax/tree.ts';
import { placeOf, Refusal } from './reasons.ts';
import { reworded } from './rewording.ts';

interface Macro {
  parameters: readonly string[];
  body: readonly ConfigNode[];
  quoted: string;
}

/** Blocks that config lines define under a name, to be used later with values for their parameters. */
export class Macros {
  readonly #macros = new Map<string, Macro>();
  /** The macros that a line came from. */
  readonly #trails = new WeakMap<ConfigNode, readonly string[]>();

  /**
   * The node's first argument is the name, the rest are parameters; the values of those that begin with `quoted` are put in
   * quotes. Throws Refusal where they can't be told apart.
   */
  define(name: string, node: ConfigNode, body: readonly ConfigNode[], quoted = ''): void {
    const parameters = node.args.slice(1);
    const unclear = parameters.find((each, index) => each === '' || parameters.indexOf(each) !== index);
    if (unclear !== undefined)
      throw new Refusal(
        `macro ${name} has ${unclear ? 'two parameters' : 'a parameter'} "${unclear}"${placeOf(node.at)}`,
      );
    this.#macros.set(name.toLowerCase(), { parameters, body, quoted });
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
    const fill = filler(macro, values);
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
function filler({ parameters, quoted }: Macro, values: readonly string[]): (text: string) => string {
  if (parameters.length === 0) return (text) => text;
  const longestFirst = [...parameters].sort((a, b) => b.length - a.length);
  const any = new RegExp(
    longestFirst.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
    'g',
  );
  const isQuoted = (parameter: string) => quoted !== '' && parameter.startsWith(quoted);
  return (text) =>
    text.replace(any, (parameter) => {
      const value = values[parameters.indexOf(parameter)] ?? '';
      return isQuoted(parameter) && value !== parameter ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
    });
}
