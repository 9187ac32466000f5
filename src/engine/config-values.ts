import type { Evidence } from '../model/evidence.ts';
import type { Value } from '../pack/expressions.ts';
import type { ConfigStore } from './config-store.ts';

/**
 * The lines outside blocks as expressions see them: by name, the arguments of the last. Lines that are asked for are
 * given to `note`.
 */
export class ConfigValues {
  readonly #store: ConfigStore;
  readonly #note: (evidence: Evidence[]) => void;
  #seen: { [name: string]: Value } = {};
  #names = 0;

  constructor(store: ConfigStore, note: (evidence: Evidence[]) => void) {
    this.#store = store;
    this.#note = note;
  }

  get all(): { [name: string]: Value } {
    const names = this.#store.topNames();
    if (names.length !== this.#names) {
      this.#seen = {};
      this.#names = names.length;
      for (const name of names)
        Object.defineProperty(this.#seen, name, { enumerable: true, get: () => this.#argumentsOf(name) });
    }
    return this.#seen;
  }

  #argumentsOf(name: string): Value {
    const node = this.#store.lookup(name).at(-1);
    if (node === undefined) return [];
    this.#note([node.at]);
    return [...node.args];
  }
}
