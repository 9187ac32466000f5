import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkloadChange } from '../../src/runtime/follower.ts';
import { openRuntimes, type RuntimesOptions } from '../../src/runtime/runtimes.ts';
import { readProcText } from '../../src/sensor/proc/read.ts';

/** A root file system with `/bin/sleep` and what it is linked with. */
export function smallRootfs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'small-'));
  const libraries = execFileSync('ldd', ['/bin/sleep'], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const path of ['/bin/sleep', ...libraries]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(path, join(folder, path), { dereference: true });
  }
  mkdirSync(join(folder, 'etc'));
  return folder;
}

/** The runtimes at some endpoints, and all that they told. */
export async function watch(endpoints: RuntimesOptions['endpoints']) {
  const changes: WorkloadChange[] = [];
  const problems: string[] = [];
  const runtimes = await openRuntimes({
    env: {},
    cgroupOf: (pid) => readProcText(`/proc/${pid}/cgroup`),
    ...(endpoints ? { endpoints } : {}),
    onChange: (change) => changes.push(change),
    onProblem: ({ message, isOver }) => problems.push(`${isOver ? 'over' : 'begins'}: ${message}`),
  });
  /** Waits until something was told of a container. */
  const told = (id: string, kind: WorkloadChange['kind'], matches = (_: WorkloadChange) => true) =>
    until(() =>
      changes.find((each) => each.kind === kind && each.declaration.workload.id === id && matches(each)),
    );
  return { runtimes, changes, problems, told };
}

/** The first answer that is one. Throws when none comes. */
export async function until<T>(ask: () => T | undefined | false, time = 30_000): Promise<T> {
  for (const end = Date.now() + time; Date.now() < end; await delay(10)) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`it did not come about in ${time} ms: ${ask}`);
}
