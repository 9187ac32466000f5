import { posix } from 'node:path';
import type { Becomes } from '../model/launch.ts';
import type { Stream } from './io.ts';
import { inBackground } from './jobs.ts';
import { Halt, NeverEnds } from './jumps.ts';
import { launchLimits } from './limits.ts';
import { isMultiCall, multiCallOf } from './multi-call.ts';
import type { Process } from './process.ts';
import { defaultPath, findProgram, type Program } from './program.ts';
import { runKnown, takeEffect } from './servers.ts';
import { runShellProgram, shellNames } from './shell/program.ts';
import { supervisors } from './supervisors/index.ts';
import { scripted, toldToRun } from './supervisors/scripted.ts';
import { brief, type Status, unknownText } from './texts.ts';
import { Call } from './tools/call.ts';
import { tools } from './tools/index.ts';
import { oneLiner } from './tools/one-liners.ts';
import { outside } from './tools/system.ts';
import type { LaunchWithRootfs, World } from './world.ts';
import { wrappers } from './wrappers/index.ts';

type Found = Extract<Program, { realPath: string }>;

/** Folders whose programs are a distribution's: a script there is known by its name as well as a binary is. */
const systemFolders = /^\/(usr\/)?s?bin$/;

/** Runs a program: a modelled tool, a wrapper, a script, or a server. Gives its status when it ends. */
export function run(world: World, process: Process): Status {
  world.budget.spend(4);
  if (process.depth > launchLimits.nesting) throw new Halt('its programs start each other too deeply');
  const name = process.file ?? process.argv[0] ?? '';
  const path = process.env.get('PATH') ?? defaultPath;
  const program =
    ownApplet(world, process, name) ??
    findProgram(world.files, name, { path, cwd: process.cwd, user: process.user });
  if ('realPath' in program) return runFound(world, withApplets(world, process, program), program);
  if (program.kind === 'unknown') return endsUnknown(world, process, makeLaunch(world, process, undefined));
  return runMissing(world, process, program);
}

/** The program that started this one, where it is this one as well. */
function ownApplet(world: World, { applets }: Process, name: string): Found | undefined {
  if (applets === undefined || !multiCallOf(world, applets).applets.includes(name)) return undefined;
  return { kind: 'binary', path: applets, realPath: applets };
}

/** Tells a program that is many of itself: its children may be applets. */
function withApplets(world: World, process: Process, { realPath }: Found): Process {
  const prefersItself = isMultiCall(realPath) && multiCallOf(world, realPath).prefersItself;
  return { ...process, applets: prefersItself ? realPath : undefined };
}

function runFound(world: World, process: Process, program: Found): Status {
  const supervised = runScripted(world, process, program);
  if (supervised) return supervised.status;
  const name = modelName(process, program);
  const isOwnScript = program.kind === 'script' && !systemFolders.test(posix.dirname(program.path));
  if (name !== undefined && !isOwnScript) {
    const modelled = runModelled(world, process, program, name);
    if (modelled) return modelled.status;
  }
  const launch = makeLaunch(world, process, program);
  const becomes = world.oracle.becomes(launch, world.launches);
  if (becomes) return runBecomes(world, process, program, becomes);
  const effects = world.oracle.effects?.(launch, world.launches);
  if (effects) return takeEffect(world, process, effects);
  return program.kind === 'script' ? runScript(world, process, program) : runBinary(world, process, program);
}

/** The name that a program is known by: its file's, or argv[0]'s where one binary is many programs. */
function modelName(process: Process, program: { path: string; realPath: string }): string | undefined {
  const called = posix.basename(process.argv[0] ?? '').replace(/^-/, '');
  const own = isMultiCall(program.realPath) ? called : posix.basename(program.path);
  return own === '' ? undefined : own;
}

function runModelled(
  world: World,
  process: Process,
  program: { path: string; realPath: string; kind?: string },
  name: string,
): { status: Status } | undefined {
  const applet = posix.basename(process.argv[1] ?? '');
  const isModelled = [tools, wrappers, shellNames, supervisors].some((each) => each.has(applet));
  if (isMultiCall(name) && (isModelled || isMultiCall(applet))) {
    return runModelled(world, { ...process, argv: process.argv.slice(1) }, program, applet);
  }
  const wrapper = wrappers.get(name);
  const next = wrapper?.(process.argv.slice(1), process, world);
  if (next) {
    const text = next.text ?? `starts ${brief(next.argv.join(' '))}`;
    const step = { program: program.path, text };
    const { argv, text: _, parent, ...changes } = next;
    const first = process.first && !parent;
    const { file: _file, ...rest } = process;
    const child = { ...rest, ...changes, argv, first, byShell: false, depth: process.depth + 1 };
    return { status: world.run(world, { ...child, via: [...process.via, step] }) };
  }
  if (shellNames.has(name)) return { status: runShellProgram(world, process, program) };
  const tool = tools.get(name);
  if (tool === outside && isServer(world, makeLaunch(world, process, program))) return undefined;
  if (tool) return { status: tool(new Call(world, process)) };
  // A script of that name is followed, or known by `runScripted`.
  const supervisor = program.kind === 'script' ? undefined : supervisors.get(name);
  return supervisor && { status: supervisor(new Call(world, process), makeLaunch(world, process, program)) };
}

/** A tool of the network may listen as well. */
function isServer(world: World, launch: LaunchWithRootfs): boolean {
  return ['stays', 'detaches'].includes(world.oracle.fate(launch));
}

/** A supervisor in a language that is not followed, such as Python. */
function runScripted(world: World, process: Process, program: Found): { status: Status } | undefined {
  const found =
    program.kind === 'script'
      ? scripted(world, process, program, scriptOf(process, program))
      : toldToRun(process, program);
  const supervisor = found && supervisors.get(found.name);
  if (!supervisor) return undefined;
  const from = { path: process.env.get('PATH') ?? defaultPath, cwd: process.cwd, user: process.user };
  const interpreter = findProgram(world.files, found.shown[0] ?? '', from);
  if (!('realPath' in interpreter)) return undefined;
  const self = makeLaunch(world, { ...process, argv: found.shown }, interpreter);
  return { status: supervisor(new Call(world, { ...process, argv: found.argv }), self) };
}

/** A script's path as its interpreter is given it. */
function scriptOf(process: Process, program: { path: string }): string {
  return process.file ?? (process.argv[0]?.includes('/') ? process.argv[0] : program.path);
}

function runScript(world: World, process: Process, program: Extract<Program, { kind: 'script' }>): Status {
  const { interpreter, argument } = program;
  const options = argument === undefined ? [] : [argument];
  const argv = [interpreter, ...options, scriptOf(process, program), ...process.argv.slice(1)];
  const from = { path: '', cwd: process.cwd, user: process.user };
  const found = findProgram(world.files, interpreter, from);
  const stands =
    !hasUserland(world) &&
    (shellNames.has(posix.basename(interpreter)) || wrappers.has(posix.basename(interpreter)));
  if (found.kind === 'missing' && !stands) {
    const shown = JSON.stringify(interpreter);
    const why = `${program.path} needs the interpreter ${shown}, which the image does not have`;
    return refuse(world, process, why, 127, program.path);
  }
  const { file: _, ...rest } = process;
  return world.run(world, { ...rest, argv, byShell: false, depth: process.depth + 1 });
}

/** A binary, or a text without `#!`: a known server, or something that can't be followed. */
function runBinary(world: World, process: Process, program: Found): Status {
  const launch = makeLaunch(world, process, program);
  const fate = world.oracle.fate(launch);
  if (fate !== 'unknown') return runKnown(world, process, launch, fate);
  return program.kind === 'text' ? runText(world, process, program) : endsUnknown(world, process, launch);
}

function runBecomes(world: World, process: Process, program: Found, becomes: Becomes): Status {
  const { file: _, ...rest } = process;
  const via = [...process.via, { program: program.path, text: becomes.text }];
  world.stop(becomes.stops ?? []);
  const child = { ...rest, argv: becomes.argv, via, byShell: false, depth: process.depth + 1 };
  if (!becomes.detaches) return world.run(world, child);
  const work = () => world.run(world, { ...child, role: 'background', first: false });
  const job = inBackground(world, brief(becomes.argv.join(' ')), work, { isChild: false });
  if (!job.ends) for (const launch of job.launches) launch.isReady = true;
  return job.status;
}

/** A file without magic number: a shell runs it as a script of its own kind, execve(2) refuses it. */
function runText(world: World, process: Process, program: Found): Status {
  if (!process.byShell) {
    const why = `${program.path} is neither a program nor a script with an interpreter line`;
    return refuse(world, process, why, 126, program.path);
  }
  const argv = ['/bin/sh', program.path, ...process.argv.slice(1)];
  return runShellProgram(world, { ...process, argv }, { path: '/bin/sh', realPath: '/bin/sh' });
}

/**
 * A program that nothing is known of. Where nothing can come after it, it is a process of the container; where
 * a script waits for it, it is taken to do its work and end.
 */
function endsUnknown(world: World, process: Process, launch: LaunchWithRootfs): Status {
  if (process.role !== 'called') {
    world.record(launch);
    throw new NeverEnds();
  }
  const known = oneLiner(new Call(world, process));
  if (known !== undefined) {
    process.io.out.write(known);
    return 0;
  }
  world.ended.push(launch);
  world.doubtServers();
  world.files.doubt(process.argv.slice(1), process.cwd);
  process.io.out.write(unknownText(process.argv.join(' ')));
  return process.condition ? undefined : 0;
}

function runMissing(world: World, process: Process, program: Program): Status {
  const name = process.argv[0] ?? '';
  if (program.kind === 'missing' && !hasUserland(world)) {
    const modelled = runModelled(world, process, { path: name, realPath: name }, posix.basename(name));
    if (modelled) return modelled.status;
  }
  if (program.kind === 'not-executable') {
    return refuse(
      world,
      process,
      `${program.path} may not be executed by ${process.user.name}`,
      126,
      program.path,
    );
  }
  return refuse(world, process, `${brief(name) || 'an empty name'}: no such program in the image`, 127);
}

/**
 * Whether the image has the common tools. A file tree without any (made by hand, or one layer of an image) is
 * taken to lie under a system that has them, so that its scripts can be followed.
 */
function hasUserland(world: World): boolean {
  const names = ['cat', 'ls', 'sed', 'busybox'];
  return names.some((name) =>
    ['/bin', '/usr/bin'].some((folder) => world.files.look(`${folder}/${name}`) !== 'missing'),
  );
}

/** A program that can't be run: a finding where the container depends on it, a status in any case. */
function refuse(world: World, process: Process, why: string, status: number, path?: string): Status {
  process.io.err.write(`${why}\n`);
  if (process.role !== 'called') {
    const argument = { kind: 'argument' as const, text: brief(process.argv.join(' ')) };
    const evidence = path === undefined ? argument : { ...argument, path };
    // A helper that a script starts beside the server: the container lives without it.
    const isHelper = process.role === 'background' && process.byShell;
    world.find('will-not-start', isHelper ? 'low' : 'high', why, [evidence]);
  }
  return status;
}

function makeLaunch(
  world: World,
  process: Process,
  program: { path: string; realPath: string } | undefined,
): LaunchWithRootfs {
  const { name, uid } = process.user;
  return {
    exe: program?.path,
    realExe: program?.realPath,
    argv: [...process.argv],
    env: Object.fromEntries(process.env),
    cwd: process.cwd,
    user: { name, uid },
    via: process.via,
    certainty: 'certain',
    first: process.first,
    stdin: onceRead(process.io.in),
    rootfs: world.files.rootfs,
  };
}

/** All that is left to read, taken when it is first asked for. */
function onceRead(stream: Stream): () => string {
  let text: string | undefined;
  return () => {
    text ??= stream.rest();
    return text;
  };
}
