import type { Audit } from '../../model/audit.ts';

/** An audit with every field filled, for tests. */
export function sampleAudit(id: string, changes: Partial<Audit> = {}): Audit {
  return {
    schema: 'berthwatch/audit/v1',
    id,
    time: '2026-11-24T10:00:00.500Z',
    host: 'host-1',
    workload: {
      id: '4f5c0a',
      name: 'shop-web-1',
      image: 'registry.example/shop/web:1.4',
      imageDigest: `sha256:${'ab'.repeat(32)}`,
      labels: { 'com.example.team': 'shop' },
      runtime: 'docker',
    },
    verdict: 'port-hijack',
    effect: 'alert',
    outcome: 'recorded',
    listener: { transport: 'tcp', address: '0.0.0.0', port: 80 },
    process: {
      pid: 4711,
      exe: '/tmp/x',
      argv: ['/tmp/x', '-l', '80'],
      uid: 33,
      startTime: '2026-11-24T09:59:59.000Z',
      lineage: ['/bin/sh', '/usr/bin/supervise'],
      origin: 'writable-layer',
    },
    expected: [
      {
        app: 'web',
        process: '/usr/sbin/web',
        transport: 'tcp',
        address: '::',
        port: 80,
        purpose: 'http',
        certainty: 'certain',
        evidence: [{ kind: 'config', path: '/etc/web/ports.conf', line: 5, text: 'Listen 80' }],
      },
    ],
    forensics: {
      summary: 'Port 80 of web is held by /tmp/x, which is not web.',
      since: '2026-11-24T10:00:00.499Z',
      source: 'event',
      packs: ['web 1.0.0'],
      unknown: [],
      count: 1,
      findings: [
        {
          id: 'unknown-value',
          severity: 'medium',
          message: 'web has ended',
          evidence: [{ kind: 'default', text: '80' }],
        },
      ],
    },
    rule: null,
    ...changes,
  };
}

/** The same audit, seen this often. */
export function seenOften(audit: Audit, count: number): Audit {
  return { ...audit, forensics: { ...audit.forensics, count } };
}
