import { posix } from 'node:path';
import { isUnknown } from '../model/unknown.ts';
import { type Files, mayAccess } from './files.ts';
import type { Identity } from './users.ts';

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What exec(2) makes of a file. */
export type Program =
  | { kind: 'binary' | 'text'; path: string; realPath: string }
  | { kind: 'script'; path: string; realPath: string; interpreter: string; argument: string | undefined }
  | { kind: 'missing' | 'not-executable' | 'unknown'; path: string };

const headBytes = 512;

/** Finds a program as execvp(3) does and looks at what it is. */
export function findProgram(
  files: Files,
  name: string,
  from: { path: string; cwd: string; user: Identity },
): Program {
  if (name === '') return { kind: 'missing', path: '' };
  if (isUnknown(name)) return { kind: 'unknown', path: name };
  if (name.includes('/')) return examine(files, posix.resolve(from.cwd, name), from.user);
  let refused: Program | undefined;
  for (const folder of from.path.split(':')) {
    const program = examine(files, posix.resolve(from.cwd, folder, name), from.user);
    if (program.kind === 'not-executable') refused ??= program;
    else if (program.kind !== 'missing') return program;
  }
  return refused ?? { kind: 'missing', path: name };
}

function examine(files: Files, path: string, user: Identity): Program {
  const found = files.look(path);
  if (found === 'missing') return { kind: 'missing', path };
  if (found === 'unknown') return { kind: 'unknown', path };
  if (found.type === 'directory') return { kind: 'missing', path };
  if (found.type !== 'file' || !mayAccess(found, user, 1)) return { kind: 'not-executable', path };
  const head = files.head(found.path, headBytes);
  // A body that is not loaded yet is taken for a binary; the driver loads it and evaluates again.
  if (head === undefined) return { kind: 'binary', path, realPath: found.path };
  const bytes = Buffer.from(head);
  if (bytes.subarray(0, 2).toString('latin1') === '#!') {
    return { kind: 'script', path, realPath: found.path, ...shebang(bytes.toString('utf8')) };
  }
  const isBinary = bytes.subarray(0, 4).toString('latin1') === '\x7fELF' || bytes.includes(0);
  return { kind: isBinary ? 'binary' : 'text', path, realPath: found.path };
}

/** `#!INTERPRETER [ONE ARGUMENT]` (execve(2)). A carriage return is part of the word, so it is not found. */
function shebang(head: string): { interpreter: string; argument: string | undefined } {
  const line = (head.slice(2).split('\n')[0] ?? '').replace(/^[ \t]+|[ \t]+$/g, '');
  const match = /^([^ \t]+)(?:[ \t]+(.*))?$/s.exec(line);
  return { interpreter: match?.[1] ?? line, argument: match?.[2] };
}
