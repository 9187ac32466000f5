import { posix } from 'node:path';
import type { Process } from '../process.ts';
import type { Program } from '../program.ts';
import type { World } from '../world.ts';
import { supervisors } from './index.ts';
import { hasOverlay } from './s6-overlay/index.ts';

/** Interpreters of languages that are not followed: what they run is known by its name. */
const interpreters = /^(python|pypy|ruby|perl|node|nodejs)[\d.]*$/;
const modules: ReadonlyMap<string, string> = new Map([['supervisor.supervisord', 'supervisord']]);

/** A supervisor written in a language that is not followed. */
export interface Scripted {
  name: string;
  /** argv as the script sees it. */
  argv: readonly string[];
  /** argv as the kernel shows it. */
  shown: readonly string[];
}

/** The supervisor that a script is, by its name; undefined for all other scripts. */
export function scripted(
  world: World,
  process: Process,
  program: Extract<Program, { kind: 'script' }>,
  script: string,
): Scripted | undefined {
  const name = posix.basename(program.path);
  const line = [program.interpreter, ...(program.argument?.split(/\s+/) ?? [])];
  const words = posix.basename(program.interpreter) === 'env' ? line.slice(1) : line;
  const isOverlay = program.path === '/init' && hasOverlay(world);
  const isKnown = isOverlay || (supervisors.has(name) && interpreters.test(posix.basename(words[0] ?? '')));
  if (!isKnown) return undefined;
  const [, ...args] = process.argv;
  return { name, argv: [script, ...args], shown: [...words, script, ...args] };
}

/** The supervisor whose script an interpreter is told to run: `python3 -u /usr/bin/NAME …`, `python3 -m MODULE …`. */
export function toldToRun(process: Process, program: { path: string }): Scripted | undefined {
  if (!interpreters.test(posix.basename(program.path))) return undefined;
  const at = process.argv.findIndex((arg, index) => index > 0 && (!arg.startsWith('-') || arg === '-m'));
  const isModule = process.argv[at] === '-m';
  const script = process.argv[isModule ? at + 1 : at] ?? '';
  const name = isModule ? modules.get(script) : posix.basename(script);
  if (at < 0 || name === undefined || !supervisors.has(name)) return undefined;
  const rest = process.argv.slice(isModule ? at + 2 : at + 1);
  return { name, argv: [script, ...rest], shown: process.argv };
}
