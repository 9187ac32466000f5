import { isUnknown } from '../model/unknown.ts';
import { matchesWhole } from '../pack/patterns.ts';
import { Programs } from '../pack/programs.ts';
import type { TableRule } from '../pack/schema.ts';
import type { Row } from '../pack/table-rows.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { AppReading } from './app-reading.ts';

/** What tables of the program say of a name: how many arguments it takes, where it may stand, and what reads them. */
interface Entry {
  flags: number;
  /** Address of the function that reads the arguments; 0 where it is another file's. */
  reader: number;
}

/** Holds lines against the tables of directives inside the program and its modules. */
export class TableCheck {
  readonly #programs: Programs;
  readonly #paths: readonly string[];
  readonly #rule: TableRule;
  readonly #entries = new Map<string, readonly Entry[]>();
  /** Whether tables could be read. */
  readonly #isReadable: boolean;

  constructor(app: AppReading, rule: TableRule) {
    this.#programs = new Programs(app.context.rootfs);
    this.#paths = [app.evaluate(rule.files)].flat().map(String);
    this.#rule = rule;
    this.#isReadable = rule.kinds.some(({ like }) => like !== undefined && this.#entriesOf(like).length > 0);
  }

  /** What is wrong with a line; undefined where nothing is, or no table can be read. */
  flawOf(node: ConfigNode, parents: readonly string[]): string | undefined {
    const { free } = this.#rule;
    if (!this.#isReadable || isUnknown(node.name) || node.args.some(isUnknown)) return undefined;
    if (free !== undefined && matchesWhole(free, node.name)) return undefined;
    const entries = this.#entriesOf(node.name);
    if (entries.length === 0) return this.#programs.isExhausted ? undefined : 'is unknown';
    const here = entries.filter(({ flags }) => this.#isPlaced(flags, parents));
    if (here.length === 0) return 'is not allowed here';
    const fitting = here.filter(
      ({ flags }) => has(flags, this.#rule.block) === (node.children !== undefined),
    );
    if (fitting.length === 0) return node.children === undefined ? 'has no opening "{"' : 'takes no block';
    if (!fitting.some(({ flags }) => this.#isCounted(flags, node.args)))
      return 'has the wrong number of arguments';
    return this.#wrongValue(fitting, node);
  }

  /** Whether a second line of this name in a block is refused. */
  isOnce(name: string): boolean {
    const entries = this.#entriesOf(name);
    return entries.length > 0 && entries.every((entry) => this.#kindOf(entry)?.once === true);
  }

  #isPlaced(flags: number, parents: readonly string[]): boolean {
    const path = parents.join('/');
    const found = Object.entries(this.#rule.places).find(
      ([place]) => path === place || (place !== '' && path.endsWith(`/${place}`)),
    );
    return found === undefined || has(flags, found[1]);
  }

  #isCounted(flags: number, { length }: readonly string[]): boolean {
    const { any, least, counts, switch: isSwitch } = this.#rule;
    if (has(flags, any)) return true;
    if (has(flags, isSwitch)) return length === 1;
    const lowest = least.findIndex((bit) => has(flags, bit));
    if (lowest >= 0) return length >= lowest;
    const bit = counts[length];
    return bit !== undefined && has(flags, bit);
  }

  #wrongValue(entries: readonly Entry[], { args }: ConfigNode): string | undefined {
    const values = args.filter((_, index) => !entries.some((entry) => this.#takes(entry, args, index)));
    return values.length === 0 ? undefined : `can not be "${values[0]}"`;
  }

  #takes(entry: Entry, args: readonly string[], index: number): boolean {
    const forms = this.#kindOf(entry)?.forms;
    const form = forms?.[Math.min(index, forms.length - 1)];
    return form === undefined || matchesWhole(form, args[index] ?? '');
  }

  /** A kind is that of a directive that the same function reads. */
  #kindOf({ flags, reader }: Entry): TableRule['kinds'][number] | undefined {
    const { kinds, switch: isSwitch } = this.#rule;
    if (has(flags, isSwitch)) return kinds.find(({ like }) => like === undefined);
    if (reader === 0) return undefined;
    return kinds.find(
      ({ like }) => like !== undefined && this.#entriesOf(like).some((entry) => entry.reader === reader),
    );
  }

  #entriesOf(name: string): readonly Entry[] {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const entries = this.#paths
      .flatMap((path) => this.#programs.rows(path, name))
      .filter((row) => this.#isEntry(row, name))
      .map(({ behind: [flags = 0, reader = 0] }) => ({ flags, reader }));
    this.#entries.set(name, entries);
    return entries;
  }

  /** An entry has the name's length before it, and may stand somewhere. */
  #isEntry({ before, behind: [flags = 0] }: Row, name: string): boolean {
    const isSomewhere = Object.values(this.#rule.places).some((bit) => has(flags, bit));
    return before === Buffer.byteLength(name) && isSomewhere;
  }
}

/** Bits up to the 32nd are looked at, which are more than JavaScript's operators take. */
function has(flags: number, bit: number): boolean {
  return bit > 0 && Math.floor(flags / bit) % 2 === 1;
}
