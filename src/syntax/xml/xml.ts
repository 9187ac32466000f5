import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { XmlReader } from './reader.ts';

const options = { skipsByteOrderMark: true };

/**
 * XML 1.0 without namespaces. An element is a block of form `element` without arguments; in it come its attributes, nodes
 * named `@name` of form `attribute`, and its content in order: elements, and text that is not blank, nodes named `#text` of
 * form `text` with blanks around them taken off. Entities that the document itself declares are replaced; for one that is
 * another file there is a node named `&` of form `external`, whose argument is the file as the document names it.
 */
export const xml = defineSyntax('xml', (draft) => readXml(draft, draft.text, false), options);

/** What an external entity's file holds: content, not a document. */
export const xmlContent = defineSyntax(
  'xml-content',
  (draft) => readXml(draft, withoutDeclaration(draft.text), true),
  options,
);

const declaration = /^\u{FEFF}?<\?xml\s[^>]*>/u;

/** It may begin with a declaration of its own (XML 1.0, section 4.3.1), which the library takes for an instruction. */
function withoutDeclaration(text: string): string {
  return text.replace(declaration, (found) => ' '.repeat(found.length));
}

function readXml(draft: Draft, text: string, isContent: boolean): void {
  new XmlReader(draft).read(text, isContent);
}
