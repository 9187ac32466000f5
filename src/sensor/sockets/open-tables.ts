import { openLibc } from '../native/libc.ts';
import { DiagTables } from './diag.ts';
import { canBeAsked } from './diag-message.ts';
import { readProcTables } from './read.ts';
import type { TableReader } from './tables.ts';

/** The best way to the kernel's tables that this host has. */
export interface Tables {
  read: TableReader;
  /** Lets go of a namespace that no process is in any more. */
  forget(namespace: number): void;
  /** Lets go of all namespaces but these. */
  keep(namespaces: ReadonlySet<number>): void;
  close(): void;
  /** Why it is not a better one: a person's words. */
  lack?: string;
}

/** By netlink where that can be used, else as text of /proc, which costs a hundred times as much. */
export function openTables(): Tables {
  try {
    const diag = new DiagTables(openLibc());
    return {
      read: (pid, namespace, tables) => {
        const asked = tables.filter(canBeAsked);
        const answer = diag.read(pid, namespace, asked) ?? readProcTables(pid, namespace, asked);
        const others = tables.filter((table) => !canBeAsked(table));
        if (answer === undefined || others.length === 0) return answer;
        const read = readProcTables(pid, namespace, others);
        return read && new Map([...answer, ...read]);
      },
      forget: (namespace) => diag.forget(namespace),
      keep: (namespaces) => diag.keep(namespaces),
      close: () => diag.close(),
    };
  } catch (error) {
    return {
      read: readProcTables,
      forget() {},
      keep() {},
      close() {},
      lack: `netlink: ${(error as Error).message.split('\n')[0]}`,
    };
  }
}
