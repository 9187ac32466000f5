import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

/** Makes a folder with a pack that lints and whose first case passes. Throws USAGE for a bad name, and where it exists. */
export async function newPack(name: string, folder: string | undefined, io: Io): Promise<ExitCode> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new BerthwatchError('USAGE', `${JSON.stringify(name)} is no name of a pack`, {
      next: 'lower-case letters, digits and hyphens, a letter first: `berthwatch packs new my-server`',
    });
  }
  const place = join(folder ?? '.', name);
  try {
    mkdirSync(folder ?? '.', { recursive: true });
    mkdirSync(place);
    mkdirSync(join(place, 'cases'));
    writeFileSync(join(place, 'pack.yaml'), packText(name));
    writeFileSync(join(place, 'cases/listen.yaml'), caseText(name));
  } catch (error) {
    throw new BerthwatchError('USAGE', `a pack can't be made at ${place}: ${(error as Error).message}`, {
      place,
      next: 'name a folder in which there is none of this name',
      cause: error,
    });
  }
  io.out.write(`${place}: made. Now:
  1. say in ${join(place, 'pack.yaml')} how it is recognised and what it listens on
  2. write cases, each with its source: ${join(place, 'cases/listen.yaml')}
  3. berthwatch packs lint ${place} && berthwatch packs test ${place} --unreached
  4. berthwatch scan IMAGE --packs ${folder ?? '.'}
`);
  return exitCode.done;
}

function packText(name: string): string {
  return `# Every word is in docs/packs.md.
app: ${name}
title: ${name}
version: 0.1.0

# The executable's names; argv[0] proves nothing.
recognise:
  - program: [${name}]

arguments:
  options:
    port: { flags: ['-p', '--port'] }

# Each setting has sources, tried in this order; the first that has a value counts.
settings:
  port: { argument: port, type: integer, default: 7000, about: the port is 7000 by default }

hosts:
  any: { '*': "ipv6 ? ['::'] : ['0.0.0.0']" }

listeners:
  - purpose: client
    host: "'*'"
    port: string(port)
`;
}

function caseText(name: string): string {
  return `# A command and files in, exactly the listeners out. One case for each way to open, move or close a socket.
- name: the default
  source: say how you know, for instance the version of the server that was run
  command: [${name}]
  listeners: ['tcp [::]:7000']
- name: another port
  source: the same
  command: [${name}, -p, '7001']
  listeners: ['tcp [::]:7001']
`;
}
