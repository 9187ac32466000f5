import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { findUser } from './accounts.ts';
import type { FileSpec } from './case.ts';
import { cacheDir } from './paths.ts';

/** A copy-on-write view of a root file system, mounted at `root` until it is closed. */
export interface View {
  root: string;
  /** Where commands that run in the view print to. */
  log: string;
  close(): void;
}

const viewsDir = join(cacheDir, 'views');
let count = 0;

/** Mounts a view of `lower`; what is written goes to memory and is gone when it is closed. */
export function openView(lower: string): View {
  if (count === 0) sweepViews();
  const dir = join(viewsDir, `${process.pid}-${++count}`);
  mkdirSync(dir, { recursive: true });
  mount(['-t', 'tmpfs', '-o', 'mode=755', 'differential', dir]);
  const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [upper, work, root]) mkdirSync(folder);
  const close = () => unmountAll(dir);
  try {
    mount(['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, root]);
  } catch (error) {
    close();
    throw error;
  }
  return { root, log: join(dir, 'log'), close };
}

/** Removes and adds files of a view; paths are followed inside it, as the servers will see them. */
export function putFiles(view: View, files: Record<string, FileSpec>, remove: readonly string[] = []): void {
  for (const path of remove) rmSync(insidePath(view.root, path), { recursive: true, force: true });
  for (const [path, spec] of Object.entries(files)) putFile(view.root, path, spec);
}

function putFile(root: string, path: string, spec: FileSpec): void {
  const host = insidePath(root, path);
  mkdirSync(dirname(host), { recursive: true });
  // Never through a link of that name: an absolute one leads out of the view, to this machine's own files.
  if (linkTarget(host) !== undefined) rmSync(host);
  if ('link' in spec) {
    rmSync(host, { recursive: true, force: true });
    symlinkSync(spec.link, host);
    return;
  }
  if ('dir' in spec) mkdirSync(host, { recursive: true });
  else writeFileSync(host, spec.text);
  if ('mode' in spec && spec.mode !== undefined) chmodSync(host, spec.mode);
  if (!('owner' in spec) || spec.owner === undefined) return;
  const user = findUser(root, spec.owner);
  chownSync(host, user.uid, user.gid);
}

/**
 * The host's path of a path inside `root`: links in its folders are followed as they would be after chroot(2), so that
 * `/var/run/x` lands in the view's `/run`. The last name is not followed.
 */
export function insidePath(root: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const last = parts.pop() ?? '';
  let real = '/';
  const todo = parts.reverse();
  for (let steps = 0; todo.length > 0; steps++) {
    if (steps > 200) throw new Error(`too many links: ${path}`);
    const next = posix.join(real, todo.pop() as string);
    const target = linkTarget(join(root, next));
    if (target === undefined) real = next;
    else {
      if (target.startsWith('/')) real = '/';
      todo.push(...target.split('/').filter(Boolean).reverse());
    }
  }
  return join(root, real, last);
}

/** A path of the view with every link followed, as the view's own path; as it is where something is missing. */
export function realPath(root: string, path: string): string {
  let host = insidePath(root, path);
  for (let steps = 0; steps < 40; steps++) {
    const target = linkTarget(host);
    if (target === undefined) break;
    host = insidePath(root, posix.resolve(posix.dirname(host.slice(root.length)), target));
  }
  return host.slice(root.length);
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** Takes down views whose process is gone, and those of this process. */
export function sweepViews(): void {
  mkdirSync(viewsDir, { recursive: true });
  for (const name of readdirSync(viewsDir)) {
    const owner = Number.parseInt(name, 10);
    const alive = owner !== process.pid && lstatSync(`/proc/${owner}`, { throwIfNoEntry: false });
    if (!alive) unmountAll(join(viewsDir, name));
  }
}

function mount(args: string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function unmountAll(dir: string): void {
  for (const target of [join(dir, 'root'), dir]) {
    if (spawnSync('umount', [target], { stdio: 'ignore' }).status !== 0)
      spawnSync('umount', ['--lazy', target], { stdio: 'ignore' });
  }
  rmSync(dir, { recursive: true, force: true });
}
