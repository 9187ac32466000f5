import { posix } from 'node:path';
import type { Launch } from '../../../model/launch.ts';
import type { Given, Runtime, RuntimeCommand } from '../runtime.ts';

const minors = Array.from({ length: 20 }, (_, minor) => `python3.${minor}`);

/** Python: `python3 [options] SCRIPT …` or `python3 -m MODULE …` (python(1)). */
export const python: Runtime = {
  programs: ['python', 'python2', 'python2.7', 'python3', ...minors, 'pypy3'],
  read,
};

/** Options that are followed by a value, glued or as the next word. */
const withValue = /^-[A-Za-z]*[WX]$/;
/** These run no script, or nothing at all. */
const without = /^(-[A-Za-z]*[chV?]|--help.*|--version)$/;

function read(launch: Launch): RuntimeCommand | undefined {
  const options: Given[] = [];
  const words = launch.argv.slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const module = /^-[A-Za-z]*m(.*)$/.exec(word)?.[1];
    if (module !== undefined) {
      const [name = '', ...args] = module === '' ? words.slice(at + 1) : [module, ...words.slice(at + 1)];
      return command([name], [name, ...args], options);
    }
    if (!word.startsWith('-')) return command(namesOf(launch, word), words.slice(at), options);
    if (without.test(word) || word === '-') return undefined;
    options.push({ value: word, evidence: { kind: 'argument', text: word } });
    if (withValue.test(word)) at++;
  }
  return undefined;
}

function namesOf(launch: Launch, script: string): string[] {
  return [posix.resolve(launch.cwd, script), posix.basename(script)];
}

function command(mains: string[], argv: string[], options: Given[]): RuntimeCommand {
  return { mains, argv, options, properties: new Map(), problems: [] };
}
