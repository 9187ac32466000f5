import { describe, expect, it } from 'vitest';
import type { Listener, Profile } from '../model/profile.ts';
import { diffProfiles, isSame } from './diff.ts';

const listener = (more: Partial<Listener> = {}): Listener => ({
  app: 'demo',
  process: '/usr/bin/demo',
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  purpose: 'http',
  certainty: 'certain',
  evidence: [{ kind: 'default', text: 'port 80' }],
  ...more,
});

const profile = (more: Partial<Profile>): Profile => ({
  schema: 'berthwatch/profile/v1',
  source: { reference: 'demo', kind: 'oci-dir', digest: null, platform: null },
  launches: [],
  listeners: [],
  peers: [],
  exposed: [],
  findings: [],
  ...more,
});

/** The changes of listeners in short. */
const between = (before: Listener[], after: Listener[]) =>
  diffProfiles(profile({ listeners: before }), profile({ listeners: after })).listeners.map((change) =>
    change.kind === 'changed'
      ? `${change.before.port} → ${change.after.port}: ${change.what.join(', ')}`
      : change.kind === 'added'
        ? `+ ${change.after.port}`
        : `- ${change.before.port}`,
  );

describe('diffProfiles', () => {
  it('finds nothing where only the evidence differs, or one says the same twice', () => {
    const other = listener({ evidence: [{ kind: 'argument', text: '--port 80' }] });
    expect(between([listener()], [other, listener()])).toEqual([]);
    expect(isSame(diffProfiles(profile({}), profile({})))).toBe(true);
  });

  it('takes one that is gone and one of its kind that is new for one that moved', () => {
    expect(between([listener()], [listener({ port: 8080 })])).toEqual(['80 → 8080: port']);
    expect(between([listener()], [listener({ address: '127.0.0.1' })])).toEqual(['80 → 80: address']);
  });

  it('pairs what is in the same place before what is only of a kind', () => {
    const before = [listener({ port: 81 }), listener()];
    const after = [listener({ port: 82 }), listener({ port: 81, process: '/opt/demo' })];
    expect(between(before, after)).toEqual(['80 → 82: port', '81 → 81: process']);
  });

  it('tells what is new and what is gone', () => {
    expect(between([listener()], [listener(), listener({ port: 90, purpose: 'admin' })])).toEqual(['+ 90']);
    expect(between([listener(), listener({ port: 90 })], [listener()])).toEqual(['- 90']);
    expect(between([listener()], [listener({ app: 'other', purpose: 'dns', port: 53 })])).toEqual([
      '+ 53',
      '- 80',
    ]);
  });

  it('compares peers and EXPOSE too', () => {
    const peer = { app: 'demo', transport: 'tcp', host: 'db', port: 5432, purpose: 'database' } as const;
    const before = profile({ peers: [{ ...peer, certainty: 'certain', evidence: [] }] });
    const after = profile({
      peers: [{ ...peer, host: 'db2', certainty: 'certain', evidence: [] }],
      exposed: [{ transport: 'tcp', port: 80 }],
    });
    const { peers, exposed } = diffProfiles(before, after);
    expect(peers).toMatchObject([{ kind: 'changed', what: ['host'] }]);
    expect(exposed).toEqual([{ kind: 'added', after: { transport: 'tcp', port: 80 } }]);
  });
});
