import { readlinkSync } from 'node:fs';
import type { Audit } from '../../src/model/audit.ts';
import { listeningSockets } from '../differential/kernel.ts';
import { until } from '../runtime/watched.ts';
import {
  command,
  containerFor,
  copyTool,
  engine,
  removeContainer,
  says,
  startContainer,
} from './containers.ts';
import type { Attack, BenignDay, Entry, Expected, Step } from './entry.ts';
import { nameOf, type Watch } from './watching.ts';

/** What the defender said of one entry, in the words of its expectation. */
export interface Seen {
  verdict: string;
  socket: string;
  exe: string | null;
  isOfBeside: boolean;
  reason: string;
}

/** The containers of one entry. */
interface Scene {
  id: string;
  beside: string[];
}

/** Runs one attack; resolves when the defender has said what is expected and has caught up with all else. */
export async function runAttack(watch: Watch, attack: Attack): Promise<Seen[]> {
  return onScene(watch, attack, async (seen) => {
    const missing = () => attack.expect.filter((each) => !seen().some((one) => fits(one, each)));
    // What does not come is told by the comparison.
    await until(() => missing().length === 0, 60_000).catch(() => {});
    await watch.caughtUp();
    return seen();
  });
}

/** Runs one benign day; resolves with what should not have been said when all that is open has been judged. */
export async function runBenignDay(watch: Watch, day: BenignDay): Promise<Seen[]> {
  const before = new Set(watch.auditsOfEngine());
  return onScene(watch, day, async (seen, scene) => {
    await untilJudged(watch, scene.id, day.finally ?? []);
    await watch.caughtUp();
    for (const id of [scene.id, ...scene.beside]) await untilAllJudged(watch, id);
    const ofEngine = watch.auditsOfEngine().filter((audit) => !before.has(audit));
    return [...seen(), ...ofEngine.map((audit) => seenOf(audit, scene))];
  });
}

/** Those of the expectations that nothing seen fits, and what was seen beside them. */
export function difference(attack: Attack, seen: readonly Seen[]): string[] {
  const missing = attack.expect.filter((each) => !seen.some((one) => fits(one, each)));
  const extra = seen.filter((one, at) => {
    const expected = attack.expect.find((each) => fits(one, each));
    if (expected === undefined) return true;
    const before = seen.slice(0, at).filter((other) => fits(other, expected)).length;
    return before >= (expected.times ?? 1);
  });
  return [
    ...missing.map(({ verdict, socket, exe }) => `missing: ${verdict} ${socket} ${exe}`),
    ...extra.map(({ verdict, socket, exe, reason }) => `extra: ${verdict} ${socket} ${exe} (${reason})`),
  ];
}

/** `act` is given what was said of the scene since this entry began. */
async function onScene<T>(
  watch: Watch,
  entry: Entry,
  act: (seen: () => Seen[], scene: Scene) => Promise<T>,
): Promise<T> {
  const { id, isNew } = await containerFor(entry);
  const scene: Scene = { id, beside: [] };
  const auditsOf = () => [scene.id, ...scene.beside].flatMap((each) => watch.auditsOf(each));
  try {
    if (isNew) await untilJudged(watch, id, entry.ready ?? []);
    const before = new Set(isNew ? [] : auditsOf());
    const seen = () => auditsOf().filter((audit) => !before.has(audit));
    for (const step of entry.steps) await take(watch, scene, step);
    return await act(() => seen().map((audit) => seenOf(audit, scene)), scene);
  } finally {
    const all = entry.shares === true ? scene.beside : [...scene.beside, id];
    for (const each of all) await removeContainer(each);
  }
}

async function take(watch: Watch, scene: Scene, step: Step): Promise<void> {
  const { id } = scene;
  if ('exec' in step) await engine('exec', ...userOf(step), id, ...step.exec);
  else if ('start' in step) await engine('exec', '--detach', ...userOf(step), id, ...step.start);
  else if ('copy' in step) await copyTool(id, step.copy, step.to);
  else if ('shell' in step) await askPage(id, step.shell);
  else if ('docker' in step) await engine(...(await filled(step.docker, scene)));
  else if ('host' in step) await onHost(await filled(step.host, scene));
  else if ('judged' in step) await untilJudged(watch, id, [step.judged]);
  else if ('beside' in step) {
    const options = await filled(step.options ?? [], scene);
    scene.beside.push(await startContainer(step.beside, options, step.command));
  } else await untilSaid(id, step.until);
}

function onHost([program = '', ...args]: readonly string[]): Promise<string> {
  return command(program, ...args);
}

async function filled(words: readonly string[], { id, beside }: Scene): Promise<string[]> {
  const pid = words.some((word) => word.includes('{pid}')) ? String(await pidOf(id)) : '';
  return words.map((word) =>
    word
      .replaceAll('{id}', id)
      .replaceAll('{pid}', pid)
      .replaceAll('{beside}', beside.at(-1) ?? ''),
  );
}

async function pidOf(id: string): Promise<number> {
  return Number(await engine('inspect', '--format', '{{.State.Pid}}', id));
}

function userOf({ user }: { user?: string }): string[] {
  return user === undefined ? [] : ['--user', user];
}

async function untilSaid(id: string, script: string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await says(id, script)); )
    if (Date.now() > end) throw new Error(`it did not come about: ${script}`);
}

async function askPage(id: string, words: string): Promise<void> {
  const address = await engine('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id);
  const args = ['--silent', '--show-error', '--fail', '--max-time', '10', '--data-binary', words];
  await command('curl', ...args, `http://${address}/cgi-bin/page`);
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
  const pid = await pidOf(id);
  if (pid === 0 || isOfHost(pid)) return;
  await until(() => {
    const judged = new Set(watch.all().map(({ inode }) => String(inode)));
    return listeningSockets(pid)
      .filter(({ text }) => /^tcp/.test(text))
      .every(({ inode }) => judged.has(inode));
  });
}

/** Whether it has the network of this process: what else opens there is not its. */
function isOfHost(pid: number): boolean {
  return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net');
}

function seenOf({ verdict, listener, process, workload, forensics }: Audit, scene: Scene): Seen {
  return {
    verdict,
    socket: nameOf(listener),
    exe: process?.exe ?? null,
    isOfBeside: scene.beside.includes(workload.id),
    reason: forensics.summary,
  };
}

function fits(seen: Seen, { verdict, socket, exe, or = [], ofBeside }: Expected): boolean {
  return (
    seen.verdict === verdict &&
    matches(seen.socket, socket) &&
    [exe, ...or].includes(seen.exe) &&
    seen.isOfBeside === (ofBeside === true)
  );
}

/** `*` stands for a port of the kernel's choice. */
function matches(socket: string, wanted: string): boolean {
  return wanted.endsWith(':*') ? socket.startsWith(wanted.slice(0, -1)) : socket === wanted;
}
