import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { shield, unknown } from '../model/unknown.ts';
import { syntaxes } from './syntaxes.ts';
import type { ConfigNode, ParsedConfig } from './tree.ts';

/** What any grammar might trip over, so that random texts are not all plain words. */
const pieces = [
  ...'{}[]()<>;:,=#"\'\\|&*!%@`~$-?/.+ \t\n\r\0\v\f'.split(''),
  '\r\n',
  '\n  ',
  '\n\t',
  '\\\n',
  '${',
  '</',
  '<!--',
  '-->',
  '<![CDATA[',
  '/*',
  '*/',
  '//',
  '<?',
  '?>',
  '%%',
  '<<"',
  '>>.',
  '"""',
  "''",
  '\\x41',
  '\\u0041',
  '\\101',
  '---',
  '...',
  '- ',
  '? ',
  ': ',
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '[[',
  ']]',
  '--[[',
  'name',
  'a',
  'a.b',
  '80',
  '0x10',
  '1.5',
  '127.0.0.1',
  '::1',
  '*',
  'é',
  '€',
  '\u{1F600}',
  '\u{FEFF}',
  '\u{D800}',
  '\u{FFFD}',
  'x_by_lua_block',
  'IfModule',
  'global',
  'listen',
  'section',
  'include',
  '!include',
  '&amp;',
  'define(',
  unknown('$(a "b"; #c)'),
];
const anyText = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string()), { maxLength: 60 })
  .map((parts) => parts.join(''));

/** A little of each grammar, to be damaged. */
const samples = [
  'http {\n  server { listen "80" default; }\n}\n',
  '<VirtualHost *:80>\n  ServerName "a b" \\\n    c\n</VirtualHost>\nListen 80\n',
  'bind 127.0.0.1 ::1\nsave "900 1"\n# c\nport 6379\r\n',
  "listen_addresses = 'a, b' # c\nport 5432\na.b = 1.5\n",
  'net:\n  port: 1\n  list: [a, "b"]\nitems:\n  - name: &x y\n  - *x\n--- \nz: 1\n',
  '{\n\t"a": {"b": [1, 2, {"c": null}]}\n}\n',
  '[one]\na = b\n; c\n[two]\n!include /x\nc\n',
  'global\n  log "a" b\nfrontend x\n  bind :80,:81 # c\n',
  '<Server port="8005"><!-- c --><Connector port="80"/></Server>\n',
  '[{rabbit, [{tcp_listeners, [5672, {"::1", 5673}]}]}]. % c\n',
  "<?php define('A', 'b'); $x = 1;\n",
];
const damagedText = fc
  .tuple(
    fc.constantFrom(...samples),
    fc.array(fc.tuple(fc.nat(200), fc.nat(8), fc.constantFrom('', ...pieces)), { maxLength: 6 }),
  )
  .map(([sample, damages]) =>
    damages.reduce(
      (text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length),
      sample,
    ),
  );

function allNodes(nodes: readonly ConfigNode[]): ConfigNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children ?? [])]);
}

/** What every syntax promises of every result. */
function checkResult(text: string, { nodes, problems }: ParsedConfig): void {
  const shielded = shield(text);
  for (const { span, line } of [
    ...allNodes(nodes).map((node) => ({ span: node.span, line: node.at.line })),
    ...problems,
  ]) {
    expect(span[0]).toBeGreaterThanOrEqual(0);
    expect(span[1]).toBeGreaterThanOrEqual(span[0]);
    expect(span[1]).toBeLessThanOrEqual(text.length);
    expect(line).toBe(shielded.slice(0, span[0]).split('\n').length);
  }
  for (const { at } of allNodes(nodes)) {
    expect(at.path).toBe('/file');
    expect(at.text.length).toBeLessThanOrEqual(300);
    expect(at.text).not.toMatch(/^[ \t\n\v\f\r]|[ \t\n\v\f\r]$/);
  }
}

describe.each([...syntaxes.values()])('$name', (syntax) => {
  it('gives nodes and problems whose spans and lines are those of the text, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => checkResult(text, syntax.parse(text, '/file'))),
      { numRuns: 300 },
    );
  });

  it('does so for damaged files too', () => {
    fc.assert(
      fc.property(damagedText, (text) => checkResult(text, syntax.parse(text, '/file'))),
      { numRuns: 300 },
    );
  });

  it('gives the same result twice', () => {
    fc.assert(
      fc.property(damagedText, (text) => {
        expect(syntax.parse(text, '/file')).toEqual(syntax.parse(text, '/file'));
      }),
      { numRuns: 50 },
    );
  });

  // A library that allocates a lot for each character reads less of it; quadratic time would still exceed the limit.
  const size = syntax.name === 'yaml' ? 10_000 : 50_000;
  it.each([
    ...[
      '"',
      "'",
      '`',
      '\\',
      '\\\n',
      '"\\',
      "'\\''",
      '"a" ',
      '"a"b',
      "''",
      "a = 'b\n",
      'a "b\n',
      "a 'b\n",
      '<<"',
      '<<"a">>,',
    ],
    ...[
      '{',
      '}',
      '[',
      '(',
      'a{',
      '{a,',
      '{a, [',
      '[{',
      '[[',
      '[a',
      '[a]\n',
      '[a\n',
      '$a{',
      '${',
      'x_by_lua_block {',
      '--[[',
    ],
    ...[
      '<',
      '<a ',
      '<a>\n',
      '</a>\n',
      '<!--',
      '<?php ',
      '?>',
      '<<<A\n',
      '/*',
      '//',
      '#',
      '# c\n',
      '\n\n#',
      '%',
      ';',
      '*a ',
    ],
    ...[
      ' ',
      '\n',
      '\r\n',
      'a',
      'a ',
      'a\n',
      'a\n ',
      'a\\\n',
      'a b\n',
      'a = b\n',
      'a: b\n',
      'a:\n',
      '- ',
      '&a ',
      'a.b=c\n',
      '.',
    ],
    ...[
      'global\n',
      'listen a\n bind b\n',
      '!include ',
      "define('A', 'b');",
      'é',
      '\u{1F600}',
      unknown('a'),
      '\u{E000}',
      '\u{E000};',
      '\u{E000}\n',
      '\u{E000} ',
    ],
  ])('takes time in proportion to a text made of %j', (piece) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    const before = process.cpuUsage();
    const { nodes, problems } = syntax.parse(text, '/file');
    // Processor time, not the clock's: linear readers need some ten milliseconds, quadratic ones many seconds.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2.5);
    expect(allNodes(nodes).length).toBeLessThanOrEqual(Math.min(text.length, limits.configNodes));
    expect(problems.length).toBeLessThanOrEqual(1_001);
  });

  it('stops descending at the depth limit', () => {
    const deep = 10_000;
    const texts = [
      ['a{', '}'],
      ['<a>\n', '</a>\n'],
      ['<a>', '</a>'],
      ['[', ']'],
      ['{"a":', '}'],
      ['{a,', '}'],
      ['a {\n', '\n}\n'],
    ];
    for (const [open, close] of texts) {
      const depth = depthOf(syntax.parse(open!.repeat(deep) + close!.repeat(deep), '/file').nodes);
      expect(depth).toBeLessThanOrEqual(limits.configDepth + 1);
    }
  });

  it('refuses what is not text', () => {
    const binary = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)).toString();
    const { nodes, problems } = syntax.parse(binary, '/file');
    expect(nodes).toEqual([]);
    expect(problems).toMatchObject([{ message: 'not a text file', fatal: true }]);
  });
});

function depthOf(nodes: readonly ConfigNode[]): number {
  let level = [...nodes];
  let depth = 0;
  for (; level.length > 0; depth++) level = level.flatMap((node) => node.children ?? []);
  return depth;
}
