import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import type { ConfigNode } from '../tree.ts';
import { xml, xmlContent } from './xml.ts';

const tree = (text: string) =>
  show(xml.parse(text, '/c.xml')).replaceAll(/ \[(element|attribute|text)\]/g, '');
const nodes = (list: readonly ConfigNode[]): ConfigNode[] =>
  list.flatMap((node) => [node, ...nodes(node.children ?? [])]);

describe('xml', () => {
  it.each([
    ['elements in elements', '<a>\n<b/>\n<c></c></a>', '1 a\n  2 b {}\n  3 c {}'],
    ['attributes, each at its line', `<a b="1"\n  c = 'x "y"'/>`, '1 a\n  1 @b 1\n  2 @c "x \\"y\\""'],
    [
      'text between elements, blanks around it taken off',
      '<a> x\n y <b/>\n z</a>',
      '1 a\n  1 #text "x\\n y"\n  2 b {}\n  3 #text z',
    ],
    [
      'comments, instructions and declarations as nothing',
      '<?xml version="1.0"?>\n<!-- <x/> -->\n<?y z?><a><!--\n--><b/></a>',
      '3 a\n  4 b {}',
    ],
    ['CDATA as text', '<a><![CDATA[<b> & ]]></a>', '1 a\n  1 #text "<b> &"'],
    ['references to characters', '<a b="&lt;&#65;&#x42;&amp;"/>', '1 a\n  1 @b <AB&'],
    ['line ends in attributes as blanks', '<a b="x\r\ny\tz"/>', '1 a\n  1 @b "x y z"'],
    ['unknown values', `<a b="${unknown('$(x "y" <z>)')}:80"/>`, '1 a\n  1 @b "⟨$(x \\"y\\" <z>)⟩:80"'],
    ['prefixes as part of names', '<s:a s:b="1" xmlns:s="urn:x"/>', '1 s:a\n  1 @s:b 1\n  1 @xmlns:s urn:x'],
    ['a byte order mark as nothing', '\u{FEFF}<a/>', '1 a {}'],
  ])('reads %s', (_, text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it.each([
    ['in attributes', '[<!ENTITY p "80&q;"><!ENTITY q "&#56;0">]', '<a b="1&p;"/>', '1 @b 18080'],
    ['of which the first declaration counts', `[<!ENTITY p '1'><!ENTITY p '2'>]`, '<a b="&p;"/>', '1 @b 1'],
    ['not those in comments', '[<!-- <!ENTITY p "0"> --><!ENTITY p "1">]', '<a b="&p;"/>', '1 @b 1'],
    ['as text', '[<!ENTITY p "80">]', '<a>&p;</a>', '1 #text 80'],
    [
      'as elements, at the reference',
      `[<!ENTITY p "<b c='1'>&q;</b>"><!ENTITY q "<d/>">]`,
      '<a>\n&p;</a>',
      '2 b\n    2 @c 1\n    2 d {}',
    ],
    [
      'in other files',
      '[<!ENTITY p SYSTEM "b.xml">]',
      '<a>\n&p;\n<c/></a>',
      '2 & b.xml [external]\n  3 c {}',
    ],
    ['with a public name', '[<!ENTITY p PUBLIC "x" "b.xml">]', '<a>&p;</a>', '1 & b.xml [external]'],
  ])('replaces entities %s', (_, subset, document, expected) => {
    expect(tree(`<!DOCTYPE a ${subset}>${document}`)).toBe(`1 a\n  ${expected}`);
  });

  it.each([
    [
      'doubled at each step',
      `${Array.from({ length: 30 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`).join('')}<!ENTITY e0 "lol">`,
      'e30',
    ],
    ['that hold themselves', '<!ENTITY a "&a;">', 'a'],
    ['long ones many times', `<!ENTITY a "${'x'.repeat(100_000)}"><!ENTITY b "${'&a;'.repeat(1000)}">`, 'b'],
  ])('gives entities up that are too much: %s', (_, subset, name) => {
    for (const body of [`<a b="&${name};"/>`, `<a>&${name};</a>`]) {
      const { nodes: found, problems } = xml.parse(`<!DOCTYPE a [${subset}]>${body}`, '/c.xml');
      expect(problems).toMatchObject([{ message: 'entities stand for too much: not read', fatal: false }]);
      expect(JSON.stringify(found).length).toBeLessThan(2_500_000);
    }
  });

  it.each([
    ['an element that is not closed', '<a><b></a>', '! 1 unexpected close tag.'],
    ['an attribute that stands twice', '<a b="1" b="2"/>', '! 1 duplicate attribute: b.'],
    ['a value without quotes', '<a b=1/>', '! 1 unquoted attribute value.'],
    ['two roots', '<a/>\n<b/>', '? 2 documents may contain only one root.'],
    ['an entity that nobody declared', '<a b="&c;"/>', '! 1 undefined entity.'],
    ['a comment in a comment', '<a><!-- b -- c --></a>', '! 1 malformed comment.'],
    [
      'a declaration that is not first',
      '\n<?xml version="1.0"?><a/>',
      '! 2 an XML declaration must be at the start of the document.',
    ],
    ['an end within a tag', '<a', '! 1 unexpected end.'],
    ['nothing at all', '', '! 1 document must contain a root element.'],
  ])('reports %s and reads on', (_, text, expected) => {
    expect(tree(text)).toContain(expected);
  });

  it('holds nothing behind the root against the document', () => {
    expect(tree('<a b="1"/>\nx <c d="2"/>')).toBe(
      '1 a\n  1 @b 1\n? 2 text data outside of root node.\n? 2 documents may contain only one root.',
    );
  });

  it('gives spans: a tag, an attribute, a text', () => {
    const text = '<a b="1"\n c=\'2\'> x <d/></a>';
    expect(nodes(xml.parse(text, '/c').nodes).map(({ span }) => text.slice(...span))).toEqual([
      'a b="1"\n c=\'2\'>',
      'b="1"',
      "c='2'",
      'x ',
      'd/>',
    ]);
  });

  it('reads content without a root', () => {
    const text = '<?xml version="1.0" encoding="UTF-8"?>\n<a/>x<b c="1"/>';
    expect(show(xmlContent.parse(text, '/c')).replaceAll(/ \[\w+\]/g, '')).toBe(
      '2 a {}\n2 #text x\n2 b\n  2 @c 1',
    );
  });

  it.each(['<a/>\ud800', '<?\ud800', '<!\ud800'])('reads %j, with half a surrogate pair', (text) => {
    expect(xml.parse(text, '/c').problems).not.toEqual([]);
    expect(() => xmlContent.parse(text, '/c')).not.toThrow();
  });
});
