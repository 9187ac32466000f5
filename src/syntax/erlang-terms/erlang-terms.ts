import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { readTerms, type Term } from './term.ts';

/**
 * Files of Erlang terms, each ended by a dot (`rabbitmq.config`, `enabled_plugins`, `sys.config`). `{key, Value}` with
 * an atom as key is a node of that name, anything else in a list a node `-`; a list at the top gives its items. Forms:
 * - `atom`, `number`, `string`, `binary`: one argument, quotes and escapes undone;
 * - `list`, `tuple`: of scalars: their texts as arguments and no children; else children.
 */
export const erlangTerms = defineSyntax('erlang-terms', (draft, from) => {
  for (const term of readTerms(draft, from)) {
    if (term.kind === 'list') for (const item of term.items) addItem(draft, item);
    else addItem(draft, term);
  }
});

function addItem(draft: Draft, term: Term): void {
  const [key, value] = term.items;
  if (term.kind === 'tuple' && term.items.length === 2 && key?.kind === 'atom' && value) {
    add(draft, key.text, key.start, key.end, value);
  } else add(draft, '-', term.start, term.start, term);
}

function add(draft: Draft, name: string, start: number, nameEnd: number, value: Term): void {
  const isBranch = value.kind === 'list' || value.kind === 'tuple';
  if (isBranch && value.items.some((item) => item.kind === 'list' || item.kind === 'tuple')) {
    draft.open({ name, args: [], start, end: nameEnd, form: value.kind });
    for (const item of value.items) addItem(draft, item);
    draft.close();
    return;
  }
  const args = isBranch ? value.items.map((item) => item.text) : [value.text];
  draft.add({ name, args, start, end: value.end, form: value.kind });
}
