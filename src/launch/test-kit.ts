import type { Oracle } from '../model/launch.ts';
import { unknown } from '../model/unknown.ts';
import { type MemoryFile, memoryRootfs } from '../rootfs/memory.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import { Budget } from './budget.ts';
import { Decisions } from './decisions.ts';
import { Files } from './files.ts';
import { Io, Buffer as Pipe, Sink } from './io.ts';
import { NeverEnds } from './jumps.ts';
import { run } from './run.ts';
import { Scripts } from './shell/syntax.ts';
import type { Status } from './texts.ts';
import { tools } from './tools/index.ts';
import { findUser } from './users.ts';
import { World } from './world.ts';
import { wrappers } from './wrappers/index.ts';

/** For tests of this room: one command evaluated over files given as text. */

const binary: MemoryFile = { text: '\x7fELF', mode: 0o755 };

/** A file tree with a shell of each kind and every modelled program. */
export function system(files: Readonly<Record<string, MemoryFile>> = {}): Record<string, MemoryFile> {
  const programs = [...tools.keys(), ...wrappers.keys()].map((name) => [`/usr/bin/${name}`, binary]);
  return {
    ...Object.fromEntries(programs),
    '/bin/bash': binary,
    '/bin/dash': binary,
    '/bin/busybox': binary,
    '/bin/ash': { link: 'busybox' },
    '/bin/sh': { link: 'dash' },
    '/tmp/': '',
    '/run/': '',
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nsvc:x:999:998::/srv:/bin/sh\n',
    '/etc/group': 'root:x:0:\nwww-data:x:33:\nsvc:x:998:\n',
    ...files,
  };
}

/** Built once: it is the same for every test. */
const base = memoryRootfs(system());

function put(tree: OverlayTree, path: string, file: MemoryFile): void {
  if (path.endsWith('/')) tree.mkdir(path.slice(0, -1), 'test');
  else if (typeof file === 'object' && 'link' in file) tree.symlink(path, file.link, 'test');
  else {
    const text = typeof file === 'string' ? file : file.text;
    const mode = (typeof file === 'object' && file.mode) || (text.startsWith('#!') ? 0o755 : 0o644);
    tree.writeFile(path, Buffer.from(text), 'test', mode);
  }
}

export interface Evaluated {
  out: string;
  err: string;
  status: Status | 'goes on';
  world: World;
  read(path: string): string | undefined;
}

export interface EvaluateOptions {
  files?: Readonly<Record<string, MemoryFile>>;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  user?: string;
  stdin?: string;
  oracle?: Partial<Oracle>;
}

/** Runs one program, as the container's first process, on the first way through it. */
export function evaluate(argv: readonly string[], options: EvaluateOptions = {}): Evaluated {
  const budget = new Budget();
  const tree = new OverlayTree(base.tree);
  for (const [path, file] of Object.entries(options.files ?? {})) put(tree, path, file);
  const files = new Files(tree, budget, { ipv6: true });
  const decisions = new Decisions([], { path: 0, joins: new Map(), repairs: new Map(), mayFork: true });
  const oracle: Oracle = { fate: () => 'unknown', becomes: () => undefined, ...options.oracle };
  const world = new World({ files, budget, decisions, oracle, log: new Sink(), run, scripts: new Scripts() });
  const [out, err] = [new Pipe(), new Pipe()];
  const user = findUser(files.rootfs, options.user ?? '');
  const env = new Map(
    Object.entries({
      PATH: '/usr/bin:/bin',
      HOME: user.home,
      HOSTNAME: unknown('$HOSTNAME'),
      ...options.env,
    }),
  );
  const io = new Io([
    [0, new Pipe(options.stdin ?? '')],
    [1, out],
    [2, err],
  ]);
  const process = {
    argv,
    env,
    cwd: options.cwd ?? '/',
    user,
    io,
    via: [],
    role: 'main' as const,
    first: true,
  };
  let status: Evaluated['status'];
  try {
    status = run(world, { ...process, condition: false, byShell: false, depth: 0, origin: 'test' });
  } catch (jump) {
    if (!(jump instanceof NeverEnds)) throw jump;
    status = 'goes on';
  }
  return { out: out.text, err: err.text, status, world, read: (path) => files.rootfs.readText(path) };
}

/** The output of a text run by a shell. */
export function output(text: string, options: EvaluateOptions & { shell?: string } = {}): string {
  return evaluate([options.shell ?? 'bash', '-c', text], options).out;
}
