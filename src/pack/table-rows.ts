import type { Elf, Segment } from './elf.ts';

/** What a table of a program has beside a word: what stands before its address, and what stands behind it. */
export interface Row {
  before: number;
  behind: readonly number[];
}

/** How many values behind the word are read. */
const length = 3;

/** The loaded part of the file that holds an address. */
export function segmentOf({ segments }: Elf, value: number): Segment | undefined {
  return segments.find(({ start, end, address }) => value >= address && value < address + end - start);
}

/**
 * Where in the file the data stands that is the address found at `place`: there, or where a relocation puts it.
 * Elf64_Rela: where the address belongs, how it is made, the address (System V ABI, "Relocation").
 */
export function slotOf(elf: Elf, place: number): number {
  const { segments, valueAt, width } = elf;
  const isData = segments.some(({ start, end, isWritable }) => isWritable && place >= start && place < end);
  const target = isData ? 0 : valueAt(place - 2 * width);
  const data = segmentOf(elf, target);
  return data?.isWritable ? target - data.address + data.start : place;
}

export function rowAt(elf: Elf, bytes: Buffer, slot: number): Row {
  const at = (index: number) => relocated(elf, bytes, slot + index * elf.width);
  return {
    before: elf.valueAt(slot - elf.width),
    behind: Array.from({ length }, (_, index) => at(index + 1)),
  };
}

/** The value of a slot once the program is loaded; 0 where that is another file's. */
function relocated(elf: Elf, bytes: Buffer, slot: number): number {
  const { segments, pointer, valueAt, width } = elf;
  const value = valueAt(slot);
  const data = segments.find(({ start, end }) => slot >= start && slot < end);
  if (value !== 0 || data === undefined) return value;
  const place = bytes.indexOf(pointer(slot - data.start + data.address));
  return place < 0 ? 0 : valueAt(place + 2 * width);
}
