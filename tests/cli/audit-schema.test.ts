import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { bounded } from '../../src/audit/bounded.ts';
import { sampleAudit, seenOften } from '../../src/audit/testing/sample-audit.ts';
import type { Audit } from '../../src/model/audit.ts';

const docs = join(import.meta.dirname, '../../docs');
const read = (name: string) => JSON.parse(readFileSync(join(docs, name), 'utf8'));
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
  .addSchema(read('profile.schema.json'))
  .compile(read('audit.schema.json'));

function problems(audit: unknown): string[] {
  validate(audit);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const sample = sampleAudit('a');
const { imageDigest: _, ...withoutDigest } = sample.workload;

describe('docs/audit.schema.json', () => {
  it.each<[string, Audit]>([
    ['an audit with all fields', sample],
    [
      'a repeat by a rule',
      { ...seenOften(sample, 9), rule: 'web only', effect: 'prevent', outcome: 'ended' },
    ],
    ['an unknown process', { ...sample, process: null, expected: [] }],
    [
      'a workload of the host',
      { ...sample, workload: { ...withoutDigest, runtime: 'host', image: '', labels: {} } },
    ],
    [
      'an audit that was cut',
      bounded({ ...sample, process: { ...sample.process!, argv: Array(999).fill('x'.repeat(9999)) } }),
    ],
  ])('describes %s', (_name, audit) => {
    expect(problems(JSON.parse(JSON.stringify(audit)))).toEqual([]);
  });

  it.each<[string, (audit: Audit) => void]>([
    ['another schema', (audit) => Object.assign(audit, { schema: 'berthwatch/audit/v2' })],
    ['a field more', (audit) => Object.assign(audit, { severity: 1 })],
    ['no rule', (audit) => delete (audit as Partial<Audit>).rule],
    ['what was expected', (audit) => Object.assign(audit, { verdict: 'expected' })],
    ['a time of another zone', (audit) => Object.assign(audit, { time: '2026-11-24T10:00:00+01:00' })],
    ['an unknown origin', (audit) => Object.assign(audit.process!, { origin: 'disk' })],
    ['a port out of range', (audit) => Object.assign(audit.listener, { port: 65_536 })],
    ['a field more in a process', (audit) => Object.assign(audit.process!, { env: {} })],
    ['an expected listener without evidence', (audit) => audit.expected[0]!.evidence.splice(0)],
    ['a count of none', (audit) => Object.assign(audit.forensics, { count: 0 })],
    ['an unknown runtime', (audit) => Object.assign(audit.workload, { runtime: 'lxc' })],
  ])('refuses %s', (_name, spoil) => {
    const audit = structuredClone(sample);
    spoil(audit);
    expect(problems(audit)).not.toEqual([]);
  });
});
