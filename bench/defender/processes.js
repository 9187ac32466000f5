import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

export { wait };

const started = new Set();

/** A child with a line reader; all of them end with `endAll`. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  started.add(child);
  child.once('exit', () => started.delete(child));
  child.lines = createInterface({ input: child.stdout });
  child.errors = [];
  createInterface({ input: child.stderr }).on('line', (line) => child.errors.push(line));
  return child;
}

export async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (signal) child.kill(signal);
  else child.stdin.end();
  await once(child, 'exit');
}

export async function endAll() {
  const pids = [...started].flatMap(({ pid }) => descendants(pid));
  await Promise.all([...started].map((child) => end(child, 'SIGKILL')));
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
}

function descendants(pid) {
  try {
    return family(pid);
  } catch {
    return [];
  }
}

/** A process and all below it. */
export function family(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

/** Of a process with all below it: processor seconds, resident MiB, descriptors. */
export function usage(pid) {
  const pids = family(pid);
  const sum = (of) => pids.map(of).reduce((a, b) => a + b, 0);
  return {
    processes: pids.length,
    // utime and stime, in USER_HZ.
    seconds: sum((each) => {
      const fields = readFileSync(`/proc/${each}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    }),
    megabytes: sum(
      (each) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))[1]) / 1024,
    ),
    descriptors: sum((each) => readdirSync(`/proc/${each}/fd`).length),
  };
}
