import { describe, expect, it } from 'vitest';
import type { Listener } from '../model/profile.ts';
import { isLoopback } from './exposed.ts';
import { type Reviewed, review } from './review.ts';

const listener = (more: Partial<Listener>): Listener => ({
  app: 'demo',
  process: '/usr/bin/demo',
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  purpose: 'client',
  certainty: 'certain',
  evidence: [],
  ...more,
});

/** Ids, messages and severities of what a reviewer says of processes with these listeners. */
function remarks(processes: Listener[][], more: Partial<Reviewed> = {}) {
  const listeners = processes.flat();
  const exposed = listeners
    .filter(({ address }) => !isLoopback(address))
    .flatMap(({ transport, port }) => (transport === 'unix' ? [] : [{ transport, port }]));
  const reviewed: Reviewed = {
    schema: 'berthwatch/profile/v1',
    source: { reference: 'demo', kind: 'oci-dir', digest: null, platform: null },
    launches: [],
    listeners,
    peers: [],
    exposed,
    findings: [],
    processes,
    layersOf: () => [],
    ...more,
  };
  return review(reviewed).map(({ id, severity, message }) => `${severity} ${id}: ${message}`);
}

describe('review', () => {
  it('has nothing to say of an image that does what it claims', () => {
    expect(
      remarks([[listener({}), listener({ address: '::' })], [listener({ port: 81, purpose: 'http' })]]),
    ).toEqual([]);
  });

  it('tells a port for operators on every address once, and not one on loopback or a single address', () => {
    expect(
      remarks([
        [
          listener({ purpose: 'cluster', port: 7000 }),
          listener({ purpose: 'cluster', port: 7000, address: '::' }),
          listener({ purpose: 'admin', port: 7001, address: '127.0.0.1' }),
          listener({ purpose: 'admin', port: 7002, address: '10.0.0.1' }),
          listener({ purpose: 'administrivia', port: 7003 }),
        ],
      ]),
    ).toEqual(['medium admin-port-open: demo: the cluster port 0.0.0.0:7000 is open on every address']);
  });

  it('tells a debugger on any address but loopback', () => {
    expect(
      remarks([
        [
          listener({ purpose: 'debug', port: 5005, address: '10.0.0.1' }),
          listener({ purpose: 'jmx', port: 5006, address: '::1' }),
        ],
      ]),
    ).toEqual(['high debug-port-open: demo: the debug port 10.0.0.1:5005 can be reached from outside']);
  });

  it.each([
    ['client', 'tls', 'low'],
    ['amqp', 'amqp (TLS)', 'low'],
    ['http', 'https', 'info'],
  ])('tells %s beside %s', (plain, encrypted, severity) => {
    const both = [listener({ purpose: plain }), listener({ purpose: encrypted, port: 443 })];
    expect(remarks([both])).toEqual([
      `${severity} plain-beside-tls: demo: 0.0.0.0:80 takes plain text, 0.0.0.0:443 the same over TLS`,
    ]);
    expect(remarks([both.slice(0, 1), both.slice(1)])).toEqual([]);
  });

  it('tells two processes that want one port, not one that asks twice', () => {
    const taken =
      'high port-conflict: demo (/usr/bin/demo) and other (/usr/bin/other) both want tcp 10.0.0.1:80';
    const other = listener({ app: 'other', process: '/usr/bin/other', address: '10.0.0.1' });
    expect(remarks([[listener({})], [other]])).toEqual([taken]);
    expect(remarks([[listener({}), other]])).toEqual([]);
    expect(remarks([[listener({})], [{ ...other, certainty: 'possible' }]])).toEqual([]);
    expect(remarks([[listener({ address: '::' })], [other]])).toEqual([]);
    const socket = listener({ transport: 'unix', address: '', port: 0, path: '/run/s' });
    expect(remarks([[socket], [socket]])).toHaveLength(1);
    expect(remarks([[listener({ port: 0 })], [listener({ port: 0 })]], { exposed: [] })).toEqual([]);
  });

  it('holds EXPOSE against what listens', () => {
    const exposed = [80, 81, 82].map((port) => ({ transport: 'tcp' as const, port }));
    const listeners = [listener({}), listener({ port: 81, address: '127.0.0.1' }), listener({ port: 83 })];
    const launches = [{ app: 'demo', configs: [] } as unknown as Reviewed['launches'][number]];
    expect(remarks([listeners], { exposed, launches })).toEqual([
      'low exposed-not-listening: EXPOSE 81/tcp: what listens there can only be reached from inside the container',
      'low exposed-not-listening: EXPOSE 82/tcp: nothing listens there',
      'info not-exposed: demo listens on 83/tcp, which EXPOSE does not name',
    ]);
    expect(
      remarks([listeners], { exposed, launches: [{ ...launches[0], app: null } as never] }),
    ).toHaveLength(2);
  });

  it('tells a config file that an upper layer replaced', () => {
    const launches = [{ app: 'demo', configs: [{ path: '/etc/a' }, { path: '/etc/b' }] } as never];
    const layersOf = (path: string) => (path === '/etc/a' ? ['layer 2', 'layer 1'] : ['layer 1']);
    expect(remarks([], { launches, layersOf })).toEqual([
      'info config-changed: /etc/a: what layer 1 has is replaced by layer 2',
    ]);
  });
});
