import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainYaml } from './plain-reader.ts';
import { libraryYaml, yaml } from './yaml.ts';

const lines = [
  'net:',
  'port: 27018',
  'bindIp: "a, b"',
  "path: '/x y'",
  'a.b: ~',
  'on: true',
  'n: 1.5e3 # c',
  'x: [a, "b c", 1]',
  'y: []',
  'z: [ a , b ] # c',
  '- a',
  '- "b"',
  '- key: v',
  '-   key: v',
  '- port: 1 # c',
  '- [a, b]',
  '# comment',
  '',
  ' ',
  '---',
  'k: a b  c',
  'u: http://x:80/y',
  'v: a#b',
  'w: -1',
  'q: null',
  'k: a: b',
  'k: a:',
  'k: - a',
  'k:',
  '-',
  '- - a',
  'k: &a b',
  'k: *a',
  'k: |',
  'k: {a: b}',
  'k: [a,',
  'k: "a\\n"',
  "k: 'a''b'",
  'k : v',
  '? a',
  'k: !t a',
  'text',
  '...',
  'k: @',
  'k: 0o17',
  'k: .inf',
  'k:\tv',
  'k: v\t',
  'k: é',
  'k: \u{E000}x\u{E001}',
  'k: a\u{2028}b',
  '<<: x',
  'k: %a',
  'k: ,a',
  '"k": v',
  'k: "a" b',
  'k: ~ # n',
  'k: (a)',
  'k: a ]',
  'k: a }',
  'k: <a>',
  '-a: b',
  '- # c',
  'k: # c',
  'k: v #',
  'k: "" #c',
  'k: ""#c',
  'k: 1.',
  'k: +.5',
  'k: ;x',
  'k: =',
  'k: \\x',
  "'k l': v",
  '"k": "a\\"b\\\\"',
  '"k":v',
  'k: {a: b, "c": [d, {e: f}]}',
  'k: {"a":1,"b":{}}',
  'k: {a, b}',
  'k: [a: b, c:d]',
  'k: [',
  'a,',
  'b ]',
  '{',
  '"a": 1,',
  '}',
  ']',
  'k: |',
  'k: |-',
  'k: | # c',
  '- |',
  'k: |+',
  'k: >',
  'k: |2',
  '[a, "b"]',
];
/** Lines of random depth: most of them no valid YAML, many of them nearly. */
const anyLines = fc
  .array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 2, 2, 4, 6), fc.constantFrom(...lines)), { maxLength: 12 })
  .map((parts) => parts.map(([indent, line]) => ' '.repeat(indent) + line))
  .chain((parts) => fc.constantFrom('\n', '\n', '\r\n').map((end) => parts.join(end)));

/** Well-formed files: mappings and lists, nested. */
const value = fc.constantFrom(
  '1',
  'true',
  'a b',
  '"q r"',
  "'s'",
  "'it''s'",
  '"q \\"r\\" \\n"',
  '~',
  '[a, b]',
  '[]',
  '{}',
  '{a: 1, "b":[c, {d: ""}]}',
  '[ http://x:80, b ]',
  '/p/q.r',
  '127.0.0.1',
  '',
);
const { block } = fc.letrec<{ block: string[]; map: string[]; list: string[] }>((tie) => ({
  block: fc.oneof({ maxDepth: 4 }, tie('map'), tie('list')),
  map: fc
    .array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c.d', 'e-f'),
        value,
        fc.option(tie('block'), { maxDepth: 4 }),
        fc.constantFrom(1, 2, 4),
        fc.boolean(),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((entries) =>
      entries.flatMap(([key, scalar, inner, indent, hasComment]) =>
        inner
          ? [`${key}:${hasComment ? ' # c' : ''}`, ...inner.map((line) => ' '.repeat(indent) + line)]
          : [`${key}: ${scalar}${hasComment ? ' # c' : ''}`],
      ),
    ),
  list: fc
    .array(
      fc.oneof(
        fc.constantFrom('a', '1', '"b"', '[c, d]').map((scalar) => [scalar]),
        tie('map'),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((items) =>
      items.flatMap((item) => item.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`))),
    ),
}));

describe('plain yaml', () => {
  it('gives what the library gives, for any lines', () => {
    fc.assert(
      fc.property(anyLines, (text) => {
        expect(yaml.parse(text, '/c')).toEqual(libraryYaml.parse(text, '/c'));
      }),
      { numRuns: 1500 },
    );
  });

  it('reads what is well-formed and simple, and gives what the library gives', () => {
    let plain = 0;
    fc.assert(
      fc.property(block, (parts) => {
        const text = parts.join('\n');
        if (readPlainYaml(text)) plain++;
        expect(yaml.parse(text, '/c')).toEqual(libraryYaml.parse(text, '/c'));
      }),
      { numRuns: 400 },
    );
    expect(plain).toBeGreaterThan(360);
  });

  it.each([
    'storage:\n  dbPath: /var/lib/x\nnet:\n  port: 27017\n  bindIp: 127.0.0.1\n\n#security:\n',
    'a: |\n  x: y\n    z\n\n  # w\n\n\nb: |-\n text\nc: [\n  1, # one\n  {d: e}\n  ]\n',
    '{\n  "net": { "port": 27017, "tls": {} },\n  "list": ["a", ["b"]]\n}\n',
    '# c\n\n[1, 2]\n',
    '"net":\n  \'port\': 1\n',
    '---\nlist:\n- a\n- b\nother:\n  - name: x\n    port: 1\n  - name: y\n',
  ])('reads %j', (text) => {
    expect(readPlainYaml(text)).toBeDefined();
    expect(yaml.parse(text, '/c')).toEqual(libraryYaml.parse(text, '/c'));
  });
});
