import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import type { Audit } from '../model/audit.ts';
import { openAudits } from './audits.ts';
import { problemList, until } from './testing/problem-list.ts';
import { sampleAudit } from './testing/sample-audit.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const kills = 25;

it(`killed ${kills} times at any moment: what was confirmed is recorded once and delivered`, async () => {
  const dir = temporaryFolder();
  const [spool, output, program] = ['spool', 'out.jsonl', 'recorder'].map((name) => join(dir, name));
  const file = await bundled(program as string);
  const all = new Set<string>();
  let next = 0;
  for (let round = 0; round < kills; round++) {
    const { ids, last } = await runAndKill(file, [spool as string, output as string, String(next)], round);
    for (const id of ids) all.add(id);
    // The numbers that were under way are recorded again, as a defender sees the same sockets again.
    next = last;
  }
  const confirmed = [...all];
  expect(confirmed.length).toBeGreaterThan(kills * 20);
  const again = problemList();
  const audits = await openAudits(
    { spool: { dir: spool as string }, sinks: [{ kind: 'file', name: 'out', path: output as string }] },
    again.add,
  );
  await Promise.all(confirmed.slice(-500).map((id) => audits.record(sampleAudit(id))));
  await until(() => audits.state().sinks[0]?.backlogBytes === 0);
  await audits.close();

  const recorded = idsOf(
    readdirSync(join(spool as string, 'segments')).map((name) => join(spool as string, 'segments', name)),
  );
  expect(recorded.filter((id, index) => recorded.indexOf(id) !== index)).toEqual([]);
  const known = new Set(recorded);
  expect(confirmed.filter((id) => !known.has(id))).toEqual([]);
  const delivered = new Set(idsOf([output as string]));
  expect(recorded.filter((id) => !delivered.has(id))).toEqual([]);
  expect(again.list).toEqual([]);
}, 120_000);

/** A program of one file, since the tests' runner is not there in a child. */
async function bundled(dir: string): Promise<string> {
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'testing/crashing-recorder.ts'),
    platform: 'node',
  });
  await bundle.write({ dir, format: 'esm', entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' });
  return join(dir, 'main.mjs');
}

/** Kills the program after some of its confirmations, a different number each time. */
async function runAndKill(
  file: string,
  args: string[],
  round: number,
): Promise<{ ids: string[]; last: number }> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const enough = 1 + ((round * 37) % 400);
  child.stdout.on('data', (data) => {
    text += data;
    if (text.split('\n').length > enough) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const ids = text.split('\n').slice(0, -1);
  const highest = Math.max(Number(args[2]), ...ids.map((id) => Number(id.slice(1))));
  return { ids, last: highest - (highest % 20) };
}

/** A line that a crash left torn in the output is no audit. */
function idsOf(paths: string[]): string[] {
  return paths
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .flatMap((line) => {
      try {
        return [(JSON.parse(line) as Audit).id];
      } catch {
        return [];
      }
    });
}
