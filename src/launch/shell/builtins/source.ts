import { isUnknown } from '../../../model/unknown.ts';
import { Halt, ReturnFrom } from '../../jumps.ts';
import { launchLimits } from '../../limits.ts';
import { brief, type Status } from '../../texts.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** `.` and `source`: runs a file in this shell, with other positional parameters when some are given. */
export function source(): Builtin {
  return {
    run(shell, [name = '', ...args], tail) {
      if (isUnknown(name)) return notKnown(shell, name);
      const path = locate(shell, name);
      const read = shell.world.files.read(shell.path(path), shell.access);
      if (!('text' in read)) {
        shell.error(`${name}: ${read.error}`);
        // For POSIX shells this is an error of a special builtin, which ends the script.
        return shell.dialect === 'bash' ? 1 : shell.exit(2);
      }
      if (isUnknown(read.text) && !read.text.includes('\n')) return notKnown(shell, name);
      return runFile(shell, path, read.text, args, tail);
    },
  };
}

function locate(shell: Shell, name: string): string {
  if (name.includes('/')) return name;
  for (const folder of (shell.vars.text('PATH') ?? '').split(':')) {
    const path = `${folder || '.'}/${name}`;
    if (shell.world.files.isFile(shell.path(path))) return path;
  }
  return name;
}

function notKnown(shell: Shell, name: string): Status {
  const { path, line, text } = shell.place();
  shell.world.find(
    'entrypoint-not-followed',
    'low',
    `${brief(name)}, read at ${path}:${line}, is not known`,
    [{ kind: 'config', path, line, text }],
  );
  return shell.conditions > 0 ? undefined : 0;
}

function runFile(shell: Shell, path: string, text: string, args: readonly string[], tail: boolean): Status {
  if (shell.frames.length >= launchLimits.nesting) throw new Halt('its files read each other too deeply');
  const unit = shell.scripts.parse(path, text);
  const { frames } = shell;
  if (!('refused' in unit)) shell.frames = [...frames, { name: 'source', unit, line: shell.line }];
  const positional = shell.positional;
  if (args.length > 0) shell.positional = args;
  try {
    return shell.evaluator.text(shell, text, path, 1, tail);
  } catch (jump) {
    if (jump instanceof ReturnFrom) return jump.status;
    throw jump;
  } finally {
    if (args.length > 0) shell.positional = positional;
    shell.frames = frames;
  }
}
