import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { bracketed } from '../base/addresses.ts';
import type { Start } from '../model/launch.ts';
import type { Listener, Peer } from '../model/profile.ts';
import type { Pack } from '../pack/schema.ts';
import { type MemoryFile, memoryRootfs } from '../rootfs/memory.ts';
import { allListeners, allPeers, type Evaluation, evaluateStart } from './evaluate-start.ts';
import type { Reach } from './reached.ts';

/** A pack's case: files and a command, and exactly what must come of them. `docs/packs.md` explains the fields. */
const caseSchema = z.strictObject({
  name: z.string(),
  /** How it is known: a server's version that was run, or a source or document. */
  source: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
  user: z.string().optional(),
  cwd: z.string().optional(),
  ipv6: z.boolean().optional(),
  files: z
    .record(
      z.string(),
      z.union([
        z.string(),
        z.strictObject({ link: z.string() }),
        z.strictObject({ text: z.string(), mode: z.number().optional() }),
      ]),
    )
    .optional(),
  /** `tcp 0.0.0.0:80`, `udp [::]:53`, `unix /run/x.sock`; a `?` at the end where it is only possible. */
  listeners: z.array(z.string()),
  /** Compared only when given: `tcp host:80`. */
  peers: z.array(z.string()).optional(),
  /** Ids of findings that must be there. */
  findings: z.array(z.string()).optional(),
});

export type Case = z.infer<typeof caseSchema> & { place: string };

export interface CaseOutcome {
  place: string;
  name: string;
  /** What differs, one line each; empty when the case passes. */
  differences: string[];
}

/** All cases of a pack folder, in file order. Throws a readable Error when one is not well-formed. */
export async function loadCases(folder: string): Promise<Case[]> {
  const { parse } = await import('yaml');
  const files = readdirSync(join(folder, 'cases'))
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  return files.flatMap((name) => {
    const path = join(folder, 'cases', name);
    const result = z
      .array(caseSchema)
      .safeParse(parse(readFileSync(path, 'utf8'), { merge: true, maxAliasCount: 10_000 }));
    if (!result.success) {
      const issue = result.error.issues[0];
      throw new Error(`${path}: case ${issue?.path.join('.')}: ${issue?.message}`);
    }
    return result.data.map((each) => ({ ...each, place: path }));
  });
}

/** Runs one case against the packs; `reach` is told which of their statements take effect. */
export function runCase(each: Case, packs: readonly Pack[], reach?: Reach): CaseOutcome {
  const start: Start = {
    entrypoint: each.entrypoint ?? [],
    cmd: each.command,
    env: each.env ?? {},
    cwd: each.cwd ?? '/',
    user: each.user ?? '',
  };
  const options = { ipv6: each.ipv6 ?? true, ...(reach && { reach }) };
  const evaluation = evaluateStart(start, memoryRootfs(filesOf(each)), packs, options);
  return { place: each.place, name: each.name, differences: differencesOf(each, evaluation) };
}

/** The case's files, with a stand-in for the program and the users that images usually have. */
function filesOf(each: Case): Record<string, MemoryFile> {
  const program = each.entrypoint?.[0] ?? each.command[0] ?? '';
  const path = program.includes('/') ? program : posix.join('/usr/bin', program);
  return {
    [path]: { text: '\x7fELF', mode: 0o755 },
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n',
    '/tmp/': '',
    '/run/': '',
    ...(each.files as Record<string, MemoryFile> | undefined),
  };
}

function differencesOf(each: Case, evaluation: Evaluation): string[] {
  const listeners = allListeners(evaluation).map(showListener);
  const differences = compare('listener', each.listeners, listeners);
  if (each.peers) differences.push(...compare('peer', each.peers, allPeers(evaluation).map(showPeer)));
  const ids = evaluation.findings.map(({ id }) => id);
  differences.push(
    ...(each.findings ?? []).filter((id) => !ids.includes(id)).map((id) => `missing finding ${id}`),
  );
  if (differences.length > 0)
    differences.push(...evaluation.findings.map(({ message }) => `found: ${message}`));
  return differences;
}

function compare(kind: string, expected: readonly string[], actual: readonly string[]): string[] {
  const missing = expected.filter((text) => !actual.includes(text)).map((text) => `missing ${kind} ${text}`);
  const invented = actual
    .filter((text) => !expected.includes(text))
    .map((text) => `unexpected ${kind} ${text}`);
  const twice = actual
    .filter((text, index) => actual.indexOf(text) !== index)
    .map((text) => `${kind} twice: ${text}`);
  return [...missing, ...invented, ...twice];
}

/** `tcp 0.0.0.0:80`, `tcp [::]:8000-8010`, `unix /run/x.sock`; `?` behind a possible one. */
export function showListener({ transport, address, port, portEnd, path, certainty }: Listener): string {
  const range = portEnd === undefined ? '' : `-${portEnd}`;
  const where = path ?? `${bracketed(address)}:${port}${range}`;
  return `${transport} ${where}${certainty === 'possible' ? ' ?' : ''}`;
}

export function showPeer({ transport, host, port, path }: Peer): string {
  return `${transport} ${path ?? `${bracketed(host)}:${port}`}`;
}
