import { describe, expect, it } from 'vitest';
import { hostDeclaration } from './host.ts';
import { Table } from './table.ts';

const root = { rank: 0 };
const user = { rank: 1 };

function declare(id: string, pid = 1) {
  const declaration = hostDeclaration({ kind: 'host', unit: '', cgroup: '/' });
  return { ...declaration, pid, workload: { ...declaration.workload, id } };
}

describe('Table', () => {
  it('tells what is news', () => {
    const table = new Table(() => 0);
    expect(table.put(declare('a'), '/a', root)).toBe(true);
    expect(table.put(declare('a'), '/a', root)).toBe(false);
    expect(table.put(declare('a', 2), '/a', root)).toBe(true);
    expect(table.end('a', root)?.pid).toBe(2);
    expect(table.end('a', root)).toBeUndefined();
    expect(table.put(declare('a', 2), '/a', root)).toBe(true);
  });

  it('root’s engines have the say over a user’s, and of two alike the first', () => {
    const table = new Table(() => 0);
    expect(table.put(declare('a', 1), '/u', user)).toBe(true);
    expect(table.put(declare('a', 2), '/r', root)).toBe(true);
    expect(table.put(declare('a', 3), '/u', user)).toBe(false);
    expect(table.put(declare('a', 4), '/o', { rank: 0 })).toBe(false);
    expect(table.end('a', user)).toBeUndefined();
    expect([table.get('a')?.pid, table.home('a')]).toEqual([2, '/r']);
  });

  it('remembers what ended for a minute', () => {
    let now = 0;
    const table = new Table(() => now);
    for (const id of ['a', 'b']) table.put(declare(id), '', root);
    table.end('a', root);
    expect(table.live()).toEqual(['b']);
    expect(table.get('a')?.workload.id).toBe('a');
    now = 60_001;
    table.end('b', root);
    expect(table.get('a')).toBeUndefined();
    expect(table.get('b')?.workload.id).toBe('b');
  });

  it('a mark is of one that runs, and of the one that gave it', () => {
    const table = new Table(() => 0);
    table.put(declare('a'), '', root, 'm');
    expect([table.mark('a', root), table.mark('a', user)]).toEqual(['m', undefined]);
    table.end('a', root);
    expect(table.mark('a', root)).toBeUndefined();
  });
});
