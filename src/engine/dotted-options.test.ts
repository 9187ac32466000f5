import { describe, expect, it } from 'vitest';
import { dottedOption } from './dotted-options.ts';

const shown = (word: string, next?: string) => {
  const found = dottedOption(word, next);
  return found && [found.line.name, found.line.args, found.takesNext];
};

describe('options that are config lines', () => {
  it.each([
    ['--server.port=80', 'x', ['server.port', ['80'], false]],
    ['--server.port', '80', ['server.port', ['80'], true]],
    ['--server.name=a=b', undefined, ['server.name', ['a=b'], false]],
    ['--hosts=["a", 1]', undefined, ['hosts', ['a', '1'], false]],
    ['--host="::1"', undefined, ['host', ['::1'], false]],
    ['--hosts=[a', undefined, ['hosts', ['[a'], false]],
  ])('%s', (word, next, expected) => {
    expect(shown(word, next)).toEqual(expected);
  });

  it.each([
    ['without a value', '--server.port', undefined],
    ['with an option behind it', '--server.port', '--x'],
    ['without a name', '--=80', undefined],
    ['of one dash', '-p', '80'],
  ])('%s it is none', (_, word, next) => {
    expect(shown(word, next)).toBeUndefined();
  });
});
