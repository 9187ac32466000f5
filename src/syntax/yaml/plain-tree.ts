import type { Draft } from '../draft.ts';
import type { PlainBlock, PlainEntry } from './plain-block.ts';
import type { PlainScalar } from './plain-scalar.ts';

/** Puts what the plain reader read into a draft, as the walk over the library's tree does. */
export function addPlain(draft: Draft, block: PlainBlock): void {
  const seen = new Set<string>();
  for (const entry of block.entries) {
    if (block.kind === 'map') {
      if (seen.has(entry.name)) draft.report(entry.start, entry.nameEnd, `duplicate key "${entry.name}"`);
      seen.add(entry.name);
    }
    addEntry(draft, entry);
  }
}

function addEntry(draft: Draft, { name, start, nameEnd, value }: PlainEntry): void {
  if (value === undefined) draft.add({ name, args: [], start, end: nameEnd, form: 'null' });
  else if (value.kind === 'scalar')
    draft.add({ name, args: [value.text], start, end: value.end, form: value.form });
  else {
    const items = value.kind === 'items' ? scalarsOf(value) : undefined;
    if (items) {
      draft.add({
        name,
        args: textsOf(items),
        start,
        end: value.span?.end ?? items.at(-1)?.end ?? nameEnd,
        form: 'list',
      });
      return;
    }
    draft.open({ name, args: [], start, end: nameEnd, form: value.kind === 'map' ? 'map' : 'list' });
    addPlain(draft, value);
    draft.close();
  }
}

/** The items of a list of scalars; undefined for any other. */
function scalarsOf(block: PlainBlock): PlainScalar[] | undefined {
  const scalars: PlainScalar[] = [];
  for (const { value } of block.entries) {
    if (value?.kind !== 'scalar') return undefined;
    scalars.push(value);
  }
  return scalars;
}

function textsOf(items: readonly PlainScalar[]): string[] {
  return items.map((item) => item.text);
}
