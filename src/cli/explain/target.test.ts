import { describe, expect, it } from 'vitest';
import type { Listener } from '../../model/profile.ts';
import { isTarget, parseTarget, showTarget } from './target.ts';

describe('parseTarget', () => {
  it.each([
    ['80', { port: 80, transport: undefined }],
    ['udp/53', { port: 53, transport: 'udp' }],
    ['53/UDP', { port: 53, transport: 'udp' }],
    ['tcp:80', { port: 80, transport: 'tcp' }],
    ['/run/x.sock', { path: '/run/x.sock' }],
    ['unix:/run/x.sock', { path: '/run/x.sock' }],
    ['@abstract', { path: '@abstract' }],
  ])('%s', (text, target) => expect(parseTarget(text)).toEqual(target));

  it.each(['', 'http', '65536', 'tcp/80/udp', '-1', '80x', 'sctp/80'])('%j is none', (text) => {
    expect(() => parseTarget(text)).toThrow('neither a port nor the path');
  });
});

it('matches ports, ranges, transports and paths', () => {
  const listener = (more: Partial<Listener>) => ({ transport: 'tcp', port: 80, ...more }) as Listener;
  const port = parseTarget('80');
  expect(isTarget(port, listener({}))).toBe(true);
  expect(isTarget(port, listener({ port: 70, portEnd: 90 }))).toBe(true);
  expect(isTarget(port, listener({ port: 81 }))).toBe(false);
  expect(isTarget(port, listener({ transport: 'udp' }))).toBe(true);
  expect(isTarget(parseTarget('tcp/80'), listener({ transport: 'udp' }))).toBe(false);
  expect(isTarget(parseTarget('0'), listener({ transport: 'unix', port: 0, path: '/x' }))).toBe(false);
  expect(isTarget(parseTarget('/x'), listener({ transport: 'unix', port: 0, path: '/x' }))).toBe(true);
  expect(showTarget(parseTarget('udp/53'))).toBe('UDP port 53');
});
