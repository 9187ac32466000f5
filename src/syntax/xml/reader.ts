import { SaxesParser } from 'saxes';
import { skipSpace } from '../characters.ts';
import type { Draft } from '../draft.ts';
import { EntityBudget } from './budget.ts';
import { type Entity, expand, markOf, piecesOf, readEntities } from './entities.ts';

interface Attribute {
  name: string;
  value: string;
  start: number;
  end: number;
}

type Span = readonly [start: number, end: number];

/** Puts one document into a draft. */
export class XmlReader {
  readonly #draft: Draft;
  readonly #budget: EntityBudget;
  #entities: ReadonlyMap<string, Entity>;
  /** In an entity's text: the reference to it, which is where all that it holds stands. */
  readonly #reference: Span | undefined;
  #text = '';
  /** Behind the last thing that was read. */
  #behind = 0;
  #tagStart = 0;
  #depth = 0;
  /** The document's root has ended: who reads as it comes has all of it by then. */
  #isOver = false;
  #attributes: Attribute[] = [];

  constructor(draft: Draft, outer?: { reader: XmlReader; reference: Span }) {
    this.#draft = draft;
    this.#budget = outer ? outer.reader.#budget : new EntityBudget();
    this.#entities = outer ? outer.reader.#entities : new Map();
    this.#reference = outer?.reference;
  }

  /** `isContent`: there may be any number of elements, and text beside them. */
  read(text: string, isContent: boolean): void {
    this.#text = text;
    const parser = new SaxesParser({ xmlns: false, fragment: isContent, position: false });
    this.#define(parser);
    parser.on('error', ({ message }) => this.#report(parser.position, message));
    parser.on('doctype', (doctype) => {
      this.#entities = readEntities(doctype);
      this.#define(parser);
      this.#behind = parser.position;
    });
    // The position is before the last character of a comment or instruction.
    parser.on('comment', () => this.#pass(parser.position + 1));
    parser.on('processinginstruction', () => this.#pass(parser.position + 1));
    // Text is told of at the `<` behind it.
    parser.on('text', (content) => this.#readContent(content, parser.position - 1));
    parser.on('cdata', (content) => this.#addText(content, parser.position));
    parser.on('opentagstart', ({ name }) => {
      this.#tagStart = text.lastIndexOf('<', parser.position - 1) + 1;
      this.#pass(this.#tagStart + name.length);
    });
    parser.on('attribute', ({ name, value }) => {
      const start = skipSpace(text, this.#behind, parser.position);
      this.#attributes.push({ name, value, start, end: parser.position });
      this.#pass(parser.position);
    });
    parser.on('opentag', ({ name }) => this.#open(name, parser.position));
    parser.on('closetag', () => this.#close(parser.position, isContent));
    // The library throws on half a surrogate pair at the end; what takes its place is as long.
    parser.write(text.toWellFormed());
    parser.close();
  }

  #define(parser: SaxesParser): void {
    for (const name of this.#entities.keys()) parser.ENTITIES[name] = markOf(name);
  }

  #pass(position: number): void {
    this.#behind = position;
  }

  #at(start: number, end: number): { start: number; end: number } {
    const [first, last] = this.#reference ?? [start, Math.max(start, end)];
    return { start: first, end: last };
  }

  #report(position: number, message: string): void {
    const { start, end } = this.#at(Math.min(position, this.#text.length), position);
    this.#draft.report(start, end, message, !this.#isOver);
  }

  #close(position: number, isContent: boolean): void {
    this.#pass(position);
    if (this.#isOver) return;
    this.#draft.close();
    this.#isOver = --this.#depth === 0 && !isContent;
  }

  #open(name: string, end: number): void {
    const attributes = this.#attributes;
    this.#attributes = [];
    this.#pass(end);
    if (this.#isOver) return;
    this.#depth++;
    this.#draft.open({ name, args: [], ...this.#at(this.#tagStart, end), form: 'element' });
    for (const attribute of attributes) {
      const place = this.#at(attribute.start, attribute.end);
      const value = this.#valueOf(attribute, place);
      this.#draft.add({ name: `@${attribute.name}`, args: [value], ...place, form: 'attribute' });
    }
  }

  #valueOf({ value }: Attribute, { start, end }: { start: number; end: number }): string {
    const texts = piecesOf(value).map((piece) =>
      'text' in piece ? piece.text : expand(piece.entity, this.#entities, this.#budget),
    );
    if (texts.includes(undefined)) this.#giveUp(start, end);
    return texts.join('');
  }

  #readContent(content: string, end: number): void {
    for (const piece of piecesOf(content)) {
      if ('text' in piece) this.#addText(piece.text, end);
      else this.#readReference(piece.entity, end);
    }
    this.#pass(end);
  }

  #readReference(name: string, before: number): void {
    const entity = this.#entities.get(name);
    const found = this.#text.indexOf(`&${name};`, this.#behind);
    const start = found < 0 ? this.#behind : Math.min(found, before);
    const place = this.#at(start, start + name.length + 2);
    this.#pass(place.end);
    if (entity === undefined) return;
    if (entity.kind === 'external') {
      this.#draft.add({ name: '&', args: [entity.systemId], ...place, form: 'external' });
      return;
    }
    const reader = new XmlReader(this.#draft, { reader: this, reference: [place.start, place.end] });
    const isRead = this.#budget.spend(entity.text.length, () => reader.read(entity.text, true));
    if (!isRead) this.#giveUp(place.start, place.end);
  }

  #giveUp(start: number, end: number): void {
    if (!this.#budget.isReported) {
      this.#draft.report(start, end, 'entities stand for too much: not read', false);
    }
    this.#budget.isReported = true;
  }

  #addText(content: string, end: number): void {
    const value = content.trim();
    const start = skipSpace(this.#text, this.#behind, end);
    if (value !== '' && !this.#isOver)
      this.#draft.add({ name: '#text', args: [value], ...this.#at(start, end), form: 'text' });
  }
}
