import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../model/evidence.ts';
import { mainFirst } from '../../report/main-first.ts';
import { displayWidth } from '../text/width.ts';
import { why } from './why.ts';

const line: Evidence = {
  kind: 'config',
  path: '/etc/server/conf.d/default.conf',
  line: 12,
  text: 'port 7000 # as ever',
};
const text = (evidence: Evidence[], width?: number) =>
  why(evidence, width)
    .map((span) => span.text)
    .join('');

describe('why', () => {
  it.each<[Evidence, string]>([
    [line, '/etc/server/conf.d/default.conf:12  port 7000 # as ever'],
    [{ kind: 'argument', text: '--port 7000' }, 'argument  --port 7000'],
    [{ kind: 'environment', text: 'PORT=7000' }, 'variable  PORT=7000'],
    [{ kind: 'default', text: 'it is 7000' }, 'default  it is 7000'],
    [{ kind: 'default', path: '/bin/x', text: 'built with 7000' }, 'default  built with 7000 (/bin/x)'],
  ])('%j', (evidence, expected) => expect(text([evidence])).toBe(expected));

  it.each([20, 30, 50])('keeps to %i columns, and says how much more there is', (width) => {
    const shown = text([line, line, line], width);
    expect(displayWidth(shown)).toBeLessThanOrEqual(width);
    expect(shown).toMatch(/…/);
    expect(shown).toMatch(/ {2}\(\+2 more\)$/);
  });
});

it('what names the port comes first', () => {
  const host: Evidence = { kind: 'argument', text: '--bind 17000' };
  const listener = {
    app: 'a',
    process: '/a',
    transport: 'tcp' as const,
    address: '::',
    port: 7000,
    purpose: 'client',
    certainty: 'certain' as const,
    evidence: [host, line],
  };
  expect(mainFirst(listener)).toEqual([line, host]);
  expect(mainFirst({ ...listener, port: 1 })).toEqual([host, line]);
});
