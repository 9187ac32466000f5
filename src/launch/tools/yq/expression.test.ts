import { describe, expect, it } from 'vitest';
import { readYq } from './expression.ts';

const read = (text: string) => readYq(text, (name) => (name === 'P' ? '80' : undefined));

describe('expressions of yq', () => {
  it.each([
    ['(.http.port) |= "9200"', [{ kind: 'set', path: ['http', 'port'], value: '9200' }]],
    ['.a["b.c"][0] = 1', [{ kind: 'set', path: ['a', 'b.c', 0], value: 1 }]],
    [String.raw`."x y" = "say \"it\""`, [{ kind: 'set', path: ['x y'], value: 'say "it"' }]],
    ['(.on) |= ("true" | test("true"))', [{ kind: 'set', path: ['on'], value: true }]],
    [
      '.a = true | del(.b) | .c',
      [
        { kind: 'set', path: ['a'], value: true },
        { kind: 'delete', path: ['b'] },
        { kind: 'get', path: ['c'] },
      ],
    ],
    ['.port = strenv(P)', [{ kind: 'set', path: ['port'], value: '80' }]],
    ['.', [{ kind: 'get', path: [] }]],
  ])('%s', (text, steps) => {
    expect(read(text)).toEqual(steps);
  });

  it.each(['.a |= map(.x)', '.a + 1', '.a = strenv(NONE)', '.. | select(.x)', '.a = {"b": 1}', '', 'del(.a'])(
    '%s is more than is known',
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );
});
