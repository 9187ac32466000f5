import { describe, expect, it } from 'vitest';
import type { HostRules } from '../pack/schema.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { HostResolver } from './hosts.ts';

const none = { get: () => undefined };
const rootfs = memoryRootfs({
  '/etc/hosts': '10.0.0.5 db db.local # main\n::5 db\n::1 six\n::6 none\nrubbish\n',
});

function resolve(text: string, rules: HostRules = {}, ipv6 = true): string {
  const { addresses, isKnown } = new HostResolver(rootfs, ipv6).resolve(text, rules, none);
  return addresses.join(' ') + (isKnown ? '' : ' ?');
}

describe('a host text', () => {
  it.each<[string, HostRules, string]>([
    ['127.0.0.1', {}, '127.0.0.1'],
    ['[::1]', {}, '::1'],
    ['*', { any: { '*': "['0.0.0.0', '::']" } }, '0.0.0.0 ::'],
    ['localhost', {}, '::1'],
    ['localhost', { family: "'ipv4'" }, '127.0.0.1'],
    ['db.local', { family: "'ipv6'" }, ''],
    ['localhost', { names: 'all' }, '127.0.0.1 ::1'],
    ['DB', { names: 'all' }, '10.0.0.5 ::5'],
    ['db.local', { names: 'ipv4' }, '10.0.0.5'],
    ['six', { names: 'ipv4' }, '127.0.0.1'],
    ['none', { names: 'ipv4' }, 'none ?'],
    ['127.1', { short: true }, '127.0.0.1'],
    ['127.1', {}, ''],
    ['300.1.1.1', { short: true }, ''],
    ['task.1', {}, 'task.1 ?'],
    ['elsewhere', {}, 'elsewhere ?'],
    ['elsewhere', { unresolved: 'skip' }, ' ?'],
  ])('%s with %j is %s', (text, rules, expected) => {
    expect(resolve(text, rules)).toBe(expected);
  });

  it('has no IPv6 address by name on a host without IPv6', () => {
    expect(resolve('localhost', { names: 'all' }, false)).toBe('127.0.0.1');
  });
});
