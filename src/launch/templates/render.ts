import { posix } from 'node:path';
import { shield, unshield } from '../../model/unknown.ts';
import { become } from '../supervisors/execline/commands.ts';
import type { Status } from '../texts.ts';
import type { Call } from '../tools/call.ts';
import type { Surroundings } from './families.ts';
import { TemplateError } from './value.ts';

/** Renders the text of one template. Throws TemplateError. */
export type Render = (template: string) => string;

/** A template's output: a message and undefined where its tool would refuse it. */
export function rendered(call: Call, template: string, render: Render): string | undefined {
  call.world.budget.spendOn(template.length * 8);
  try {
    return unshield(render(shield(template)));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    call.fail(`template: ${error.message}`);
    return undefined;
  }
}

/** Renders a file into another one, or to standard output where none is named; false where that fails. */
export function renderFile(call: Call, from: string, to: string | undefined, render: Render): boolean {
  const template = call.read(from);
  const text = template === undefined ? undefined : rendered(call, template, render);
  if (text === undefined) return false;
  if (to === undefined || to === '' || to === '-') {
    call.out(text);
    return true;
  }
  call.files.mkdir(posix.dirname(call.path(to)), call.access, { parents: true });
  return call.write(to, text);
}

/** All files of a folder, deep, as paths inside it. */
export function filesIn(call: Call, folder: string, depth = 0): string[] {
  const path = call.path(folder);
  return (call.files.list(path) ?? []).flatMap((name) => {
    if (!call.files.isDirectory(posix.join(path, name))) return [name];
    return depth > 20
      ? []
      : filesIn(call, posix.join(path, name), depth + 1).map((each) => posix.join(name, each));
  });
}

/** Goes on as the command behind the options, with the tool as its parent; without one the work is done. */
export function goOnWith(
  call: Call,
  argv: readonly string[],
  isOk: boolean,
  changes: { first?: boolean } = {},
): Status {
  if (!isOk) return 1;
  const step = { program: call.name, text: 'renders templates' };
  return argv.length === 0
    ? 0
    : become(call, argv, { first: false, ...changes, via: [...call.process.via, step] });
}

export function surroundingsOf(call: Call): Surroundings {
  return {
    env: call.process.env,
    readFile: (path) => {
      const read = call.files.read(call.path(path), call.access);
      return 'text' in read ? read.text : undefined;
    },
  };
}

/** Options as Go's `flag` package reads them: `-name value`, `-name=value`, `--name`; switches take no value. */
export function goFlags(
  args: readonly string[],
  switches: readonly string[],
): { values: (name: string) => string[]; has: (name: string) => boolean; rest: string[] } {
  const found: [string, string][] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const [, name, value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(args[at] ?? '') ?? [];
    if (name === undefined) break;
    if (value !== undefined || switches.includes(name)) found.push([name, value ?? 'true']);
    else found.push([name, args[++at] ?? '']);
  }
  const rest = args.slice(args[at] === '--' ? at + 1 : at);
  const values = (name: string) => found.flatMap(([each, value]) => (each === name ? [value] : []));
  return { values, has: (name) => values(name).some((value) => value !== 'false'), rest };
}
