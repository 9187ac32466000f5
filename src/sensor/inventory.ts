import type { Namespaces } from './namespaces.ts';
import { isThere, procDir, readProcText } from './proc/read.ts';
import { findHolders } from './sockets/holders.ts';
import { parseInventory } from './sockets/inventory-table.ts';

/** Sockets that need no port to be reached: they take what arrives below TCP and UDP. */
export type InventoryKind = 'raw' | 'packet' | 'ping';

export interface InventoryItem {
  kind: InventoryKind;
  /** Of IP, or, for packet sockets, of Ethernet (3: all). */
  protocol: number;
  inode: number;
  /** The inode of its network namespace. */
  namespace: number;
  holders: readonly number[];
}

const files: readonly { file: string; kind: InventoryKind }[] = [
  { file: 'raw', kind: 'raw' },
  { file: 'raw6', kind: 'raw' },
  { file: 'packet', kind: 'packet' },
  { file: 'icmp', kind: 'ping' },
  { file: 'icmp6', kind: 'ping' },
];

/** Bytes of one table that are read. */
const tableBytes = 1024 * 1024;

/** Keeps account of raw and packet sockets, some of the network namespaces at each step. */
export class Inventory {
  readonly #namespaces: Namespaces;
  readonly #steps: number;
  readonly #onChange: (items: readonly InventoryItem[]) => void;
  #rest: number[] = [];
  #share = 1;
  #found = new Map<number, InventoryItem>();
  #holders = new Map<number, Set<number>>();
  #told = '[]';

  /** `steps`: how many of them make a whole account, which `onChange` is told where it is not as before. */
  constructor(namespaces: Namespaces, steps: number, onChange: (items: readonly InventoryItem[]) => void) {
    this.#namespaces = namespaces;
    this.#steps = Math.max(1, steps);
    this.#onChange = onChange;
  }

  step(): void {
    if (this.#rest.length === 0) {
      this.#rest = this.#namespaces.all();
      this.#share = Math.ceil(this.#rest.length / this.#steps);
    }
    for (const namespace of this.#rest.splice(-this.#share)) this.#visit(namespace);
    if (this.#rest.length === 0) this.#tell();
  }

  #visit(namespace: number): void {
    for (const pid of this.#namespaces.pidsIn(namespace)) {
      for (const { file, kind } of files) {
        const text = readProcText(`${procDir}/${pid}/net/${file}`, tableBytes);
        if (text === undefined) continue;
        for (const { protocol, inode } of parseInventory(text, kind)) {
          this.#found.set(inode, { kind, protocol, inode, namespace, holders: [] });
        }
      }
      // The first that is still there shows what all of them would.
      if (this.#namespaces.look(pid) === namespace) return;
    }
  }

  /** Takes down which of them one process holds now, of all sockets that it holds. */
  recheck(pid: number, inodes: ReadonlySet<number>): void {
    for (const [inode, holders] of this.#holders) {
      if (inodes.has(inode)) holders.add(pid);
      else holders.delete(pid);
    }
  }

  #tell(): void {
    const found = [...this.#found.values()].sort((a, b) => a.inode - b.inode);
    this.#found = new Map();
    const fresh = found.map(({ inode }) => inode).filter((inode) => !this.#holders.has(inode));
    const holders = fresh.length > 0 ? findHolders(new Set(fresh)) : new Map<number, number[]>();
    this.#holders = new Map(
      found.map(({ inode }) => [inode, this.#holders.get(inode) ?? new Set(holders.get(inode))]),
    );
    const items = found.map((item) => ({
      ...item,
      holders: [...(this.#holders.get(item.inode) ?? [])].filter(isThere).sort((a, b) => a - b),
    }));
    const text = JSON.stringify(items);
    if (text === this.#told) return;
    this.#told = text;
    this.#onChange(items);
  }
}
