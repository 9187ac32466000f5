import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Audit } from '../model/audit.ts';
import { ocsfEvent, ocsfVersion } from './ocsf.ts';
import { sampleAudit, seenOften } from './testing/sample-audit.ts';

type Attributes = Record<string, string>;

/** Names, types and captions of the published schema; `!` is required, `[]` a list. */
const schema: {
  version: string;
  class: number;
  event: Attributes;
  objects: Record<string, Attributes>;
  captions: Record<string, Record<string, string>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, 'testing/ocsf-names.json'), 'utf8'));

function problemsOf(value: object, attributes: Attributes, place: string, object: string): string[] {
  const fields = value as Record<string, unknown>;
  const missing = Object.entries(attributes)
    .filter(([name, type]) => type.endsWith('!') && fields[name] === undefined)
    .map(([name]) => `${place}.${name} is missing`);
  const wrong = Object.entries(fields).flatMap(([name, field]) => {
    const type = attributes[name];
    return type === undefined
      ? [`${place}.${name} is not in the schema`]
      : typeProblems(field, type, `${place}.${name}`);
  });
  return [...missing, ...wrong, ...captionProblems(fields, place, object)];
}

function typeProblems(field: unknown, full: string, place: string): string[] {
  const type = full.replace('!', '');
  if (type.endsWith('[]')) {
    if (!Array.isArray(field)) return [`${place} is no list`];
    return field.flatMap((item, index) => typeProblems(item, type.slice(0, -2), `${place}[${index}]`));
  }
  if (type === 'object' || type === 'json_t') return [];
  const attributes = schema.objects[type];
  if (attributes) return problemsOf(field as object, attributes, place, type);
  const wanted = /^(integer|long|timestamp|port)_t$/.test(type)
    ? Number.isInteger(field)
    : type === 'boolean_t'
      ? typeof field === 'boolean'
      : type.endsWith('_t') && typeof field === 'string' && field !== '';
  return wanted ? [] : [`${place} is no ${type}: ${JSON.stringify(field)}`];
}

/** Numbers are of their list, and the text beside a number is its caption, unless it is 99, other. */
function captionProblems(fields: Record<string, unknown>, place: string, object: string): string[] {
  return Object.entries(schema.captions)
    .filter(([name]) => name.startsWith(`${object}.`))
    .flatMap(([name, captions]) => {
      const attribute = name.slice(object.length + 1);
      const number = fields[attribute];
      if (number === undefined) return [];
      const caption = captions[String(number)];
      if (caption === undefined) return [`${place}.${attribute} has no ${number}`];
      const text = fields[attribute.replace(/_id$/, '').replace('activity', 'activity_name')];
      return text === undefined || number === 99 || text === caption
        ? []
        : [`${place}: ${text} is not ${caption}`];
    });
}

const problems = (audit: Audit) =>
  problemsOf(ocsfEvent(audit, '1.2.3'), { ...schema.event, unmapped: 'object' }, 'event', 'event');

const sample = sampleAudit('a');

describe('the OCSF event', () => {
  it.each<[string, Audit]>([
    ['with all fields', sample],
    ['a repeat', seenOften(sample, 5)],
    ['of an unknown process', { ...sample, process: null }],
    ['of the host', { ...sample, workload: { ...sample.workload, runtime: 'host', image: '' } }],
    ['stopped by a rule', { ...sample, effect: 'block', outcome: 'stopped', rule: 'web only' }],
    ['of a Unix socket', { ...sample, listener: { transport: 'unix', address: '', port: 0 } }],
    ['of IPv6', { ...sample, listener: { transport: 'udp', address: '::', port: 53 } }],
    ...(['unexpected-port', 'unknown-listener', 'wider-address', 'altered-app'] as const).map(
      (verdict): [string, Audit] => [verdict, { ...sample, verdict }],
    ),
  ])('%s has only fields of the published schema, with their types', (_, audit) => {
    expect(problems(audit)).toEqual([]);
    expect(schema.version).toBe(ocsfVersion);
  });

  it('the check finds what is not of the schema', () => {
    const event = { ...ocsfEvent(sample), severity: 'Low', device: { host: 'x' }, time: '1', alert: true };
    expect(problemsOf(event, { ...schema.event, unmapped: 'object' }, 'event', 'event')).toEqual([
      'event.time is no timestamp_t: "1"',
      'event.device.type_id is missing',
      'event.device.host is not in the schema',
      'event.alert is not in the schema',
      'event: Low is not Critical',
    ]);
  });

  it('says what the audit says', () => {
    expect(ocsfEvent(sample)).toMatchObject({
      class_uid: 2004,
      type_uid: 200401,
      severity: 'Critical',
      time: Date.parse('2026-11-24T10:00:00.500Z'),
      finding_info: { uid: 'a', types: ['port-hijack'] },
      device: { hostname: 'host-1' },
      resources: [{ uid: '4f5c0a', name: 'shop-web-1', type: 'container' }],
      evidences: [
        {
          dst_endpoint: { ip: '0.0.0.0', port: 80 },
          process: { pid: 4711, name: 'x', user: { uid: '33' }, container: { uid: '4f5c0a' } },
        },
      ],
    });
    expect(ocsfEvent(seenOften(sample, 5))).toMatchObject({
      type_uid: 200402,
      activity_name: 'Update',
      count: 5,
    });
  });
});
