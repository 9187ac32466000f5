import type { TarEntry } from '../tar/decoder.ts';
import { parseEntryName, whiteoutOf } from './entry-name.ts';
import { impliedDirectory, type LayerIndex, nodeFlag, onlyWhiteout, recordType } from './layer-index.ts';
import { liveNodes } from './live-nodes.ts';
import { grown, NameTree, rootNode } from './name-tree.ts';
import type { Note, Notes } from './notes.ts';
import { OpenFolders, type Place } from './open-folders.ts';
import { RecordTable } from './record-table.ts';

/** Symbolic links followed for one name (Linux: MAXSYMLINKS). */
const maxLinks = 40;

/**
 * Turns the entries of one layer, in their order, into the tree that they leave behind: a later entry replaces
 * an earlier one of the same name, links in a parent are followed inside the layer (as an unpacking engine
 * would), whiteouts only speak of lower layers (OCI image-spec, "Applying Changesets").
 */
export class LayerBuilder {
  readonly #tree: NameTree;
  readonly #records: RecordTable;
  #record: Int32Array;
  #flags: Uint8Array;
  readonly #notes: Notes;
  readonly #unresolved: number[] = [];
  readonly #open = new OpenFolders();

  /** `expected`: files that will come, roughly: making room at once is cheaper than growing. */
  constructor(notes: Notes, expected: number) {
    this.#notes = notes;
    this.#tree = new NameTree(expected);
    this.#records = new RecordTable(expected);
    this.#record = new Int32Array(expected);
    this.#flags = new Uint8Array(expected);
    this.#record[rootNode] = impliedDirectory;
  }

  get count(): number {
    return this.#tree.count;
  }

  get nameBytes(): number {
    return this.#tree.nameBytes + this.#records.textBytes;
  }

  /** Adds an entry; gives its record when it is a file with a body of its own. */
  add(entry: TarEntry, dataOffset: number): number | undefined {
    if (entry.problem) this.#note('entry-odd', 'low', entry, entry.problem);
    const known = this.#open.find(entry.name);
    const place = known ?? this.#placeOf(entry);
    if (place === 'root') {
      if (entry.kind === 'directory') this.#record[rootNode] = this.#records.add(entry, dataOffset);
      return undefined;
    }
    if (place === undefined || this.#addWhiteout(place, entry)) return undefined;
    const record =
      entry.kind === 'hardlink' ? this.#linkedRecord(entry) : this.#records.add(entry, dataOffset);
    const node = this.#put(place, record);
    if (known && entry.kind === 'directory') this.#open.enter(entry.name, node);
    return entry.kind === 'file' ? record : undefined;
  }

  setBody(record: number, body: Buffer): void {
    this.#records.bodies.set(record, body);
  }

  /** The index, and the kept bodies one after the other. */
  finish(isComplete: boolean): { index: LayerIndex; bodies: Buffer[] } {
    for (const record of this.#unresolved) {
      const target = this.#find(this.#records.linkOf(record));
      if (target !== undefined && !this.#isLinkOrDirectory(target)) this.#records.become(record, target);
    }
    const nodes = liveNodes(this.#tree, this.#record, this.#flags);
    const packed = this.#records.pack(nodes.record);
    const text = Buffer.concat([this.#tree.names.subarray(0, this.#tree.nameBytes), packed.text]);
    for (let i = 0; i < packed.link.length; i++) {
      if ((packed.link[i] as number) >= 0) packed.link[i] = (packed.link[i] as number) + this.#tree.nameBytes;
    }
    const notes: Note[] = this.#notes.list();
    const index = { ...packed.arrays, ...nodes, link: packed.link, record: packed.nodeRecord, text };
    return {
      index: {
        ...index,
        nodes: nodes.parent.length,
        records: packed.count,
        notes,
        isComplete,
        bodyBytes: packed.bodyBytes,
      },
      bodies: packed.bodies,
    };
  }

  #placeOf(entry: TarEntry): Place | 'root' | undefined {
    const { parts, leaves, isText } = parseEntryName(entry.name);
    if (leaves)
      this.#note('path-traversal', 'low', entry, 'the name leads out of the root; read as inside it');
    if (!isText) this.#note('name-not-text', 'low', entry, 'the name is not UTF-8');
    const base = parts.pop();
    if (base === undefined) return 'root';
    const parent = this.#directory(parts);
    if (parent === undefined) {
      this.#note('parent-not-directory', 'low', entry, 'its parent is not a folder; it is left out');
      return undefined;
    }
    this.#open.add(entry.name, base, parent);
    return { parent, bytes: base, start: 0, length: base.length };
  }

  /** The folder of these parts, made where it is missing; undefined when something else is in the way. */
  #directory(parts: readonly Buffer[]): number | undefined {
    return this.#walk(parts, true);
  }

  #walk(parts: readonly Buffer[], make: boolean): number | undefined {
    const todo = [...parts].reverse();
    let at = rootNode;
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part.equals(dotDot)) {
        at = this.#tree.parent[at] as number;
        continue;
      }
      let node = this.#tree.find(at, part);
      if (node < 0) {
        if (!make) return undefined;
        node = this.#addNode(at, impliedDirectory, part);
      }
      const record = this.#record[node] as number;
      if (record === onlyWhiteout) {
        if (!make) return undefined;
        this.#record[node] = impliedDirectory;
      }
      const type = record < 0 ? recordType.directory : this.#records.typeOf(record);
      if (type === recordType.symlink) {
        if (++links > maxLinks) return undefined;
        const target = this.#records.linkOf(record);
        if (target[0] === 0x2f) at = rootNode;
        todo.push(...splitLink(target).reverse());
      } else if (type === recordType.directory) {
        at = node;
      } else {
        return undefined;
      }
    }
    return at;
  }

  #addWhiteout(place: Place, entry: TarEntry): boolean {
    if (place.bytes[place.start] !== 0x2e) return false;
    const whiteout = whiteoutOf(place.bytes.subarray(place.start, place.start + place.length));
    if (whiteout.kind === 'none') return false;
    if (whiteout.kind === 'opaque') {
      this.#flags[place.parent] = (this.#flags[place.parent] as number) | nodeFlag.opaque;
    } else if (whiteout.kind === 'hide') {
      const known = this.#tree.find(place.parent, whiteout.name);
      const node = known < 0 ? this.#addNode(place.parent, onlyWhiteout, whiteout.name) : known;
      this.#flags[node] = (this.#flags[node] as number) | nodeFlag.hide;
    } else if (!entry.name.includes('.wh..wh.')) {
      this.#note('whiteout-of-nothing', 'low', entry, 'a whiteout that names nothing');
    }
    return true;
  }

  /** The record that a hard link shares, or one that waits for a lower layer. */
  #linkedRecord(entry: TarEntry): number {
    const target = this.#find(entry.link);
    if (target !== undefined && this.#records.typeOf(target) !== recordType.directory) return target;
    const record = this.#records.add(entry, 0);
    this.#unresolved.push(record);
    return record;
  }

  /** The record of a name in this layer; a link in the last place is not followed. */
  #find(name: Buffer): number | undefined {
    const { parts } = parseEntryName(name);
    const base = parts.pop();
    const parent = this.#walk(parts, false);
    if (base === undefined || parent === undefined) return undefined;
    const node = this.#tree.find(parent, base);
    const record = node < 0 ? -1 : (this.#record[node] as number);
    return record < 0 ? undefined : record;
  }

  #isLinkOrDirectory(record: number): boolean {
    const type = this.#records.typeOf(record);
    return type === recordType.hardLink || type === recordType.directory;
  }

  /** The node that it becomes. */
  #put({ parent, bytes, start, length }: Place, record: number): number {
    const node = this.#tree.find(parent, bytes, start, length);
    if (node < 0) return this.#addNode(parent, record, bytes, start, length);
    this.#open.clear();
    const old = this.#record[node] as number;
    const wasDirectory =
      old === impliedDirectory || (old >= 0 && this.#records.typeOf(old) === recordType.directory);
    if (!wasDirectory || this.#records.typeOf(record) === recordType.directory) {
      this.#record[node] = record;
      return node;
    }
    const flags = this.#flags[node] as number;
    this.#tree.remove(node);
    const added = this.#addNode(parent, record, bytes, start, length);
    // What was opaque is no folder any more; a file hides what lower layers have there in any case.
    this.#flags[added] = flags & nodeFlag.hide;
    return added;
  }

  #addNode(parent: number, record: number, bytes: Buffer, start = 0, length = bytes.length): number {
    const node = this.#tree.add(parent, bytes, start, length);
    if (node >= this.#record.length) {
      this.#record = grown(this.#record, new Int32Array(node * 2));
      this.#flags = grown(this.#flags, new Uint8Array(node * 2));
    }
    this.#record[node] = record;
    this.#flags[node] = 0;
    if (record !== onlyWhiteout && this.#record[parent] === onlyWhiteout)
      this.#record[parent] = impliedDirectory;
    return node;
  }

  #note(id: string, severity: Note['severity'], entry: TarEntry, text: string): void {
    this.#notes.add(id, severity, `${showName(entry.name)}: ${text}`);
  }
}

const dotDot = Buffer.from('..');

/** A link's parts, `..` kept: it takes back what was walked, not what was written. */
function splitLink(target: Buffer): Buffer[] {
  return target
    .toString()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => Buffer.from(part));
}

/** A name for a message: short, without control characters. */
export function showName(name: Buffer): string {
  const text = name.toString().replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
