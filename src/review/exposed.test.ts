import { describe, expect, it } from 'vitest';
import type { Listener, Profile } from '../model/profile.ts';
import { checkExposed, exposedPorts } from './exposed.ts';

it.each([
  ['80', [{ transport: 'tcp', port: 80 }]],
  ['53/udp', [{ transport: 'udp', port: 53 }]],
  [
    '8000-8001/tcp',
    [
      { transport: 'tcp', port: 8000 },
      { transport: 'tcp', port: 8001 },
    ],
  ],
  ['9-8', []],
  ['http', []],
])('EXPOSE %s', (entry, ports) => expect(exposedPorts([entry])).toEqual(ports));

describe('checkExposed', () => {
  const listener = (more: Partial<Listener>) =>
    ({ transport: 'tcp', address: '::', port: 80, certainty: 'certain', ...more }) as Listener;
  const stateOf = (listeners: Listener[], more: Partial<Profile> = {}) => {
    const profile = {
      exposed: [{ transport: 'tcp' as const, port: 80 }],
      listeners,
      launches: [],
      findings: [],
      ...more,
    };
    return checkExposed(profile)[0]?.state;
  };
  const finding = (id: string, severity: 'low' | 'medium' | 'high') => ({
    findings: [{ id, severity, message: '', evidence: [] }],
  });

  it.each<[string, Listener[], Partial<Profile>]>([
    ['confirmed', [listener({})], {}],
    ['confirmed', [listener({ address: '127.0.0.1' }), listener({ address: '10.0.0.1' })], {}],
    ['confirmed', [listener({ port: 79, portEnd: 81 })], {}],
    ['possible', [listener({ certainty: 'possible' })], {}],
    ['loopback-only', [listener({ address: '127.0.0.53' }), listener({ address: '::1' })], {}],
    ['contradicted', [listener({ port: 8080 }), listener({ transport: 'udp' })], {}],
    ['contradicted', [], finding('will-not-start', 'high')],
    ['contradicted', [], finding('anything', 'low')],
    ['unconfirmed', [], finding('unknown-value', 'medium')],
    ['unconfirmed', [], { launches: [{ app: null }] as Profile['launches'] }],
  ])('%s', (state, listeners, more) => expect(stateOf(listeners, more)).toBe(state));
});
