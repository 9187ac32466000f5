import { posix } from 'node:path';
import type { Evidence } from '../../model/evidence.ts';
import { inBackground } from '../jobs.ts';
import { NeverEnds } from '../jumps.ts';
import type { Process } from '../process.ts';
import { brief, type Status } from '../texts.ts';
import type { Call } from '../tools/call.ts';
import type { Job, LaunchWithRootfs } from '../world.ts';

/**
 * A program that starts others from a description of its own, and stays as their parent. `self`: its own launch, for
 * `stay` and `keepRunning`.
 */
export type Supervisor = (call: Call, self: LaunchWithRootfs) => Status;

/** One program that a supervisor starts. */
export interface Child {
  /** What the supervisor calls it. */
  name: string;
  argv: readonly string[];
  /** Where its command is written. */
  at: Pick<Evidence, 'path' | 'line'>;
  changes?: Partial<Pick<Process, 'env' | 'cwd' | 'user' | 'io' | 'file'>>;
}

/** Starts a program that its supervisor does not wait for. */
export function startChild(call: Call, { name, argv, at, changes = {} }: Child): Job {
  const via = [...call.process.via, stepOf(call, name, at)];
  return inBackground(call.world, name, () => call.run(argv, { ...changes, role: 'background', via }));
}

/** Starts a program that is to stay; one that fails at once, and would do so again, is told of. */
export function supervise(call: Call, child: Child): void {
  const { ends, status, launches } = startChild(call, child);
  if (!ends || status === undefined || status === 0 || launches.length > 0) return;
  notStarted(call, child.name, `it ends with status ${status}`, {
    kind: 'config',
    ...child.at,
    text: brief(child.argv.join(' ')),
  });
}

/** Starts a program and waits until it has ended; one that goes on keeps its supervisor from going on. */
export function runChild(call: Call, { name, argv, at, changes = {} }: Child): Status {
  const via = [...call.process.via, stepOf(call, name, at)];
  return call.run(argv, { ...changes, role: 'called', via, origin: originOf(call, at) });
}

function stepOf(call: Call, name: string, at: Child['at']) {
  const { path, line } = at;
  const place = { ...(path === undefined ? {} : { path }), ...(line === undefined ? {} : { line }) };
  return { program: call.name, ...place, text: `${posix.basename(call.name)} starts ${name}` };
}

function originOf(call: Call, { path, line }: Child['at']): string {
  if (path === undefined) return call.process.origin;
  return line === undefined ? path : `${path}:${line}`;
}

/** Puts the supervisor's own launch down, where a pack knows it: it may listen itself. */
export function keepRunning(call: Call, self: LaunchWithRootfs): void {
  if (call.world.oracle.fate(self) !== 'unknown') call.world.record(self);
}

/** The supervisor goes on for as long as the container runs. */
export function stay(call: Call, self: LaunchWithRootfs): never {
  keepRunning(call, self);
  throw new NeverEnds();
}

/** A supervisor that can't start: a message, its status, and a finding where the container depends on it. */
export function refuseToStart(call: Call, why: string, status: number, at?: Evidence): Status {
  call.process.io.err.write(`${call.name}: ${why}\n`);
  if (call.process.role !== 'called') {
    const evidence: Evidence = at ?? { kind: 'argument', text: call.process.argv.join(' ') };
    call.world.find('will-not-start', 'high', `${posix.basename(call.name)} will not start: ${why}`, [
      evidence,
    ]);
  }
  return status;
}

/** A program that a supervisor can't start; it goes on with the others. */
export function notStarted(call: Call, name: string, why: string, at: Evidence): void {
  call.world.find('will-not-start', 'medium', `${name} is not started: ${why}`, [at]);
}
