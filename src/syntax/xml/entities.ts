import type { EntityBudget } from './budget.ts';

/** A general entity that the document's own type declaration defines. */
export type Entity = { kind: 'internal'; text: string } | { kind: 'external'; systemId: string };

const entityLimit = 1_000;
const comment = /<!--[\s\S]*?-->/g;
const declaration =
  /<!ENTITY\s+([^\s%"'<>&;]+)\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC\s+(?:"[^"]*"|'[^']*'))\s+(?:"([^"]*)"|'([^']*)'))/g;

/** The general entities of a document type declaration; the first declaration of a name binds (XML 1.0, section 4.2). */
export function readEntities(doctype: string): Map<string, Entity> {
  const entities = new Map<string, Entity>();
  for (const [, name = '', double, single, system, otherSystem] of doctype
    .replace(comment, '')
    .matchAll(declaration)) {
    if (entities.has(name) || entities.size >= entityLimit) continue;
    const text = double ?? single;
    const systemId = system ?? otherSystem ?? '';
    entities.set(name, text === undefined ? { kind: 'external', systemId } : { kind: 'internal', text });
  }
  return entities;
}

/**
 * The library puts an entity's text in as it is, without looking at it. So it gets a mark for each, from the last private
 * use plane, and the marks are replaced here, within bounds.
 */
const open = '\u{10FFF0}';
const close = '\u{10FFF1}';
const mark = /\u{10FFF0}([^\u{10FFF0}\u{10FFF1}]*)\u{10FFF1}/gu;

export function markOf(name: string): string {
  return open + name + close;
}

/** A text taken apart at its marks: plain pieces and names of entities. */
export function piecesOf(text: string): ({ text: string } | { entity: string })[] {
  if (!text.includes(open)) return [{ text }];
  return text
    .split(mark)
    .map((piece, index) => (index % 2 === 0 ? { text: piece } : { entity: piece }))
    .filter((piece) => !('text' in piece) || piece.text !== '');
}

const reference = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([^\s&;#]+));/gi;
const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The plain text that an entity stands for in an attribute; undefined where that would be too much or is another file. */
export function expand(
  name: string,
  entities: ReadonlyMap<string, Entity>,
  budget: EntityBudget,
): string | undefined {
  const entity = entities.get(name);
  if (entity === undefined) return `&${name};`;
  if (entity.kind === 'external') return undefined;
  const texts: (string | undefined)[] = [];
  const work = () => {
    const text = entity.text.replace(reference, (whole, decimal, hexadecimal, inner) => {
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal ?? '', 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      const value = predefined.get(inner) ?? expand(inner, entities, budget);
      texts.push(value);
      return value ?? '';
    });
    texts.unshift(text);
  };
  return budget.spend(entity.text.length, work) && !texts.includes(undefined) ? texts[0] : undefined;
}
