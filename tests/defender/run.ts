import { execFileSync, spawnSync } from 'node:child_process';
import type { Audit } from '../../src/model/audit.ts';
import { docker } from '../containers/engine.ts';
import { listeningSockets } from '../differential/kernel.ts';
import { until } from '../runtime/watched.ts';
import type { Attack, BenignDay, Entry, Expected, Step } from './entry.ts';
import { imageOf } from './images.ts';
import { toolPath } from './tools.ts';
import { nameOf, type Watch } from './watching.ts';

/** What the defender said of one entry, in the words of its expectation. */
export interface Seen {
  verdict: string;
  socket: string;
  exe: string | null;
  reason: string;
}

/** Runs one attack; resolves when the defender has said what is expected and has caught up with all else. */
export async function runAttack(watch: Watch, attack: Attack): Promise<Seen[]> {
  return inContainer(watch, attack, async (id) => {
    const missing = () =>
      attack.expect.filter((each) => !watch.auditsOf(id).some((audit) => fits(audit, each)));
    // What does not come is told by the comparison.
    await until(() => missing().length === 0, 20_000).catch(() => {});
    await watch.caughtUp();
    return watch.auditsOf(id).map(seenOf);
  });
}

/** Runs one benign day; resolves with what should not have been said when all that is open has been judged. */
export async function runBenignDay(watch: Watch, day: BenignDay): Promise<Seen[]> {
  return inContainer(watch, day, async (id) => {
    await untilJudged(watch, id, day.finally ?? []);
    await watch.caughtUp();
    await untilAllJudged(watch, id);
    return [...watch.auditsOf(id), ...watch.auditsOfEngine()].map(seenOf);
  });
}

/** Those of the expectations that nothing seen fits, and what was seen beside them. */
export function difference(attack: Attack, seen: readonly Seen[]): string[] {
  const missing = attack.expect.filter((each) => !seen.some((one) => fitsSeen(one, each)));
  const extra = seen.filter((one) => !attack.expect.some((each) => fitsSeen(one, each)));
  return [
    ...missing.map(({ verdict, socket, exe }) => `missing: ${verdict} ${socket} ${exe}`),
    ...extra.map(({ verdict, socket, exe, reason }) => `extra: ${verdict} ${socket} ${exe} (${reason})`),
  ];
}

async function inContainer<T>(watch: Watch, entry: Entry, act: (id: string) => Promise<T>): Promise<T> {
  const image = await imageOf(entry.image);
  const id = docker('run', '--detach', ...(entry.options ?? []), image, ...(entry.command ?? []));
  try {
    await untilJudged(watch, id, entry.ready ?? []);
    for (const step of entry.steps) await take(watch, id, step);
    return await act(id);
  } finally {
    docker('rm', '--force', '--volumes', id);
  }
}

async function take(watch: Watch, id: string, step: Step): Promise<void> {
  if ('exec' in step) docker('exec', ...userOf(step), id, ...step.exec);
  else if ('start' in step) docker('exec', '--detach', ...userOf(step), id, ...step.start);
  else if ('copy' in step) docker('cp', toolPath(step.copy), `${id}:${step.to}`);
  else if ('shell' in step) askPage(id, step.shell);
  else if ('docker' in step) docker(...step.docker.map((word) => word.replaceAll('{id}', id)));
  else if ('judged' in step) await untilJudged(watch, id, [step.judged]);
  else await until(() => spawnSync('docker', ['exec', id, 'sh', '-c', step.until]).status === 0);
}

function userOf({ user }: { user?: string }): string[] {
  return user === undefined ? [] : ['--user', user];
}

function askPage(id: string, words: string): void {
  const address = docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id);
  const args = ['--silent', '--show-error', '--fail', '--max-time', '10', '--data-binary', words];
  execFileSync('curl', [...args, `http://${address}/cgi-bin/page`], { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function untilJudged(watch: Watch, id: string, sockets: readonly string[]): Promise<void> {
  const isThere = (wanted: string) => watch.open(id).some(({ socket }) => matches(socket, wanted));
  await until(() => sockets.every(isThere)).catch(() => {
    const open = watch.open(id).map(({ socket }) => socket);
    throw new Error(`never judged: ${sockets.filter((each) => !isThere(each))}; judged: ${open}`);
  });
}

/** Whatever the kernel shows of the container's network, the defender knows. */
async function untilAllJudged(watch: Watch, id: string): Promise<void> {
  const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', id));
  if (pid === 0) return;
  await until(() => {
    const judged = new Set(watch.open(id).map(({ inode }) => String(inode)));
    const open = listeningSockets(pid).filter(
      ({ text }) => /^tcp/.test(text) && !/ 127\.0\.0\.11:/.test(text),
    );
    return open.every(({ inode }) => judged.has(inode));
  });
}

function seenOf({ verdict, listener, process, forensics }: Audit): Seen {
  return { verdict, socket: nameOf(listener), exe: process?.exe ?? null, reason: forensics.summary };
}

function fits(audit: Audit, expected: Expected): boolean {
  return fitsSeen(seenOf(audit), expected);
}

function fitsSeen(seen: Seen, { verdict, socket, exe, or = [] }: Expected): boolean {
  return seen.verdict === verdict && matches(seen.socket, socket) && [exe, ...or].includes(seen.exe);
}

/** `*` stands for a port of the kernel's choice. */
function matches(socket: string, wanted: string): boolean {
  return wanted.endsWith(':*') ? socket.startsWith(wanted.slice(0, -1)) : socket === wanted;
}
