import { posix } from 'node:path';
import type { FileTree } from '../../src/rootfs/tree.ts';

/** A tree as the conformance cases write it: path without the leading slash → content, `→ target`, or `/`. */
export function see(tree: FileTree): Record<string, string> {
  const seen: Record<string, string> = {};
  const walk = (dir: string) => {
    for (const name of tree.names(dir)) {
      const path = posix.join(dir, name);
      const entry = tree.entry(path);
      const body = tree.body(path, 1000);
      if (entry?.type === 'directory') seen[path.slice(1)] = '/';
      else if (entry?.type === 'symlink') seen[path.slice(1)] = `→ ${entry.target}`;
      else seen[path.slice(1)] = 'bytes' in body ? Buffer.from(body.bytes).toString() : `(${body.reason})`;
      if (entry?.type === 'directory') walk(path);
    }
  };
  walk('/');
  return seen;
}
