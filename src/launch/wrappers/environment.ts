import { posix } from 'node:path';
import type { World } from '../world.ts';
import { env } from './env.ts';
import { plain, type Wrapper, withEnv, withOptions } from './wrapper.ts';

const nice = plain({ short: 'n:', long: { adjustment: true } });

/** A folder of files, each a variable: its name, and its first line as value; an empty file unsets it. */
const fromFolder: Wrapper = (args, process, world) => {
  const [folder = '', ...argv] = args;
  if (argv.length === 0) return undefined;
  return { argv, env: folderEnv(world, process, posix.resolve(process.cwd, folder)) };
};

/** The environment with the variables of such a folder. */
export function folderEnv(
  world: World,
  process: Parameters<Wrapper>[1],
  folder: string,
): Map<string, string> {
  const vars = new Map(process.env);
  const access = { user: process.user, origin: process.origin };
  for (const name of world.files.list(folder) ?? []) {
    const read = world.files.read(posix.join(folder, name), access);
    if (!('text' in read)) continue;
    if (read.text === '') vars.delete(name);
    else vars.set(name, (read.text.split('\n')[0] ?? '').trimEnd());
  }
  return vars;
}

/** Wrappers that change the environment, the folder, or the streams of what they start. */
export const environmentWrappers: Readonly<Record<string, Wrapper>> = {
  env,
  envdir: fromFolder,
  's6-envdir': withOptions({ short: 'IifcLnt:' }, ({ rest }, process, world) =>
    fromFolder(rest, process, world),
  ),
  export: ([name = '', value = '', ...argv], process) =>
    argv.length === 0 ? undefined : { argv, env: withEnv(process.env, { [name]: value }) },
  cd: ([folder = '', ...argv], process) =>
    argv.length === 0 ? undefined : { argv, cwd: posix.resolve(process.cwd, folder) },
  // `nice -10 prog` is the old form of `-n 10`.
  nice: ([first = '', ...rest], process, world) =>
    nice(/^--?\d+$/.test(first) ? rest : [first, ...rest], process, world),
  stdbuf: plain({ short: 'i:o:e:', long: { input: true, output: true, error: true } }),
  flock: withOptions(
    {
      short: 'sxunw:E:oc:FhV',
      long: { shared: false, exclusive: false, unlock: false, nonblock: false, timeout: true, close: false },
    },
    ({ rest: [, ...words], ...parsed }, process) => {
      // The command may also stand behind the lock file: `flock FILE -c STRING`.
      const line = parsed.value('c') ?? (words[0] === '-c' ? words[1] : undefined);
      const argv = line === undefined ? words : [process.env.get('SHELL') || '/bin/sh', '-c', line];
      return argv.length === 0 ? undefined : { argv, parent: true };
    },
  ),
};
