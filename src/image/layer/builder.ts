import type { TarEntry } from '../tar/decoder.ts';
import { parseEntryName, whiteoutOf } from './entry-name.ts';
import { impliedDirectory, type LayerIndex, nodeFlag, onlyWhiteout, recordType } from './layer-index.ts';
import { liveNodes } from './live-nodes.ts';
import { NameTree, rootNode } from './name-tree.ts';
import type { Note, Notes } from './notes.ts';
import { RecordTable } from './record-table.ts';

/** Symbolic links followed for one name (Linux: MAXSYMLINKS). */
const maxLinks = 40;

/** Where an entry goes: a folder, and the name as a part of a buffer (making one of its own takes time). */
interface Place {
  parent: number;
  bytes: Buffer;
  start: number;
  length: number;
}

/**
 * Turns the entries of one layer, in their order, into the tree that they leave behind: a later entry replaces
 * an earlier one of the same name, links in a parent are followed inside the layer (as an unpacking engine
 * would), whiteouts only speak of lower layers (OCI image-spec, "Applying Changesets").
 */
export class LayerBuilder {
  readonly #tree = new NameTree();
  readonly #records = new RecordTable();
  #record = new Int32Array(1024).fill(impliedDirectory);
  #flags = new Uint8Array(1024);
  readonly #notes: Notes;
  readonly #unresolved: number[] = [];
  #lastDirectory: { name: Buffer; node: number } | undefined;

  constructor(notes: Notes) {
    this.#notes = notes;
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
    const place = this.#placeOf(entry);
    if (place === 'root') {
      if (entry.kind === 'directory') this.#record[rootNode] = this.#records.add(entry, dataOffset);
      return undefined;
    }
    if (place === undefined || this.#addWhiteout(place, entry)) return undefined;
    const record =
      entry.kind === 'hardlink' ? this.#linkedRecord(entry) : this.#records.add(entry, dataOffset);
    this.#put(place, record);
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
    const known = this.#knownPlace(entry.name);
    if (known) return known;
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
    this.#remember(entry.name, base, parent);
    return { parent, bytes: base, start: 0, length: base.length };
  }

  /** Keeps the folder's name for the next entry, if this one is written as that name, a slash and its own. */
  #remember(name: Buffer, base: Buffer, node: number): void {
    const end = name.at(-1) === slash ? name.length - 1 : name.length;
    const start = end - base.length;
    const isPlain =
      start > 1 && name[start - 1] === slash && name.compare(base, 0, base.length, start, end) === 0;
    this.#lastDirectory = isPlain ? { name: name.subarray(0, start - 1), node } : undefined;
  }

  /** Most entries are in the same folder as the one before. */
  #knownPlace(name: Buffer): Place | undefined {
    const last = this.#lastDirectory;
    if (last === undefined || name[last.name.length] !== slash) return undefined;
    const start = last.name.length + 1;
    const end = name.at(-1) === slash ? name.length - 1 : name.length;
    // Dots and whiteouts, and names that may not be UTF-8, take the long way.
    if (start >= end || name[start] === 0x2e || !isPlainName(name, start, end)) return undefined;
    return name.compare(last.name, 0, start - 1, 0, start - 1) === 0
      ? { parent: last.node, bytes: name, start, length: end - start }
      : undefined;
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

  #put({ parent, bytes, start, length }: Place, record: number): void {
    const node = this.#tree.find(parent, bytes, start, length);
    if (node < 0) {
      this.#addNode(parent, record, bytes, start, length);
      return;
    }
    this.#lastDirectory = undefined;
    const old = this.#record[node] as number;
    const wasDirectory =
      old === impliedDirectory || (old >= 0 && this.#records.typeOf(old) === recordType.directory);
    if (!wasDirectory || this.#records.typeOf(record) === recordType.directory) {
      this.#record[node] = record;
      return;
    }
    const flags = this.#flags[node] as number;
    this.#tree.remove(node);
    // What was opaque is no folder any more; a file hides what lower layers have there in any case.
    this.#flags[this.#addNode(parent, record, bytes, start, length)] = flags & nodeFlag.hide;
  }

  #addNode(parent: number, record: number, bytes: Buffer, start = 0, length = bytes.length): number {
    const node = this.#tree.add(parent, bytes, start, length);
    if (node >= this.#record.length) {
      this.#record = doubled(this.#record, new Int32Array(node * 2));
      this.#flags = doubled(this.#flags, new Uint8Array(node * 2));
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

const slash = 0x2f;

/** ASCII without a slash. */
function isPlainName(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80 || byte === slash) return false;
  }
  return true;
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

function doubled<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** A name for a message: short, without control characters. */
export function showName(name: Buffer): string {
  const text = name.toString().replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
