import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Entry } from './entry.ts';
import { type ImageName, imageOf } from './images.ts';
import { type Tool, toolPath } from './tools.ts';

const run = promisify(execFile);

/** Runs a command of the host without holding up the defender, which is in this process; returns what it prints. */
export async function command(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
}

export async function engine(...args: string[]): Promise<string> {
  return command('docker', ...args);
}

/** Whether a shell in the container says yes. */
export async function says(id: string, script: string): Promise<boolean> {
  return engine('exec', id, 'sh', '-c', script).then(
    () => true,
    () => false,
  );
}

export async function startContainer(
  image: ImageName,
  options: readonly string[] = [],
  words: readonly string[] = [],
): Promise<string> {
  return engine('run', '--detach', ...options, await imageOf(image), ...words);
}

export async function removeContainer(id: string): Promise<void> {
  await engine('rm', '--force', '--volumes', id);
}

const shared = new Map<string, Promise<string>>();
const copied = new Set<string>();

/** A container for an entry: its own, or the one of all that share it. `isNew`: it was started for this one. */
export async function containerFor(entry: Entry): Promise<{ id: string; isNew: boolean }> {
  const start = () => startContainer(entry.image, entry.options, entry.command);
  if (entry.shares !== true) return { id: await start(), isNew: true };
  const key = JSON.stringify([entry.image, entry.options, entry.command]);
  const known = shared.get(key);
  const found = known ?? start();
  shared.set(key, found);
  return { id: await found, isNew: known === undefined };
}

/** Puts a tool there, unless another entry of the same container has. */
export async function copyTool(id: string, tool: Tool, to: string): Promise<void> {
  const key = `${id}:${to}`;
  if (copied.has(key)) return;
  await engine('cp', toolPath(tool), key);
  copied.add(key);
}

export async function removeShared(): Promise<void> {
  for (const id of shared.values()) await removeContainer(await id);
  shared.clear();
}

/** A network of which the engine answers names. */
export const network = `berthwatch-${process.pid}`;

export async function makeNetwork(): Promise<void> {
  await engine('network', 'create', network);
}

export async function removeNetwork(): Promise<void> {
  await engine('network', 'rm', network);
}
