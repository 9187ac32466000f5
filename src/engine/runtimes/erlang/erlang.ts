import type { Launch } from '../../../model/launch.ts';
import type { Property, Runtime, RuntimeCommand } from '../runtime.ts';

/**
 * Erlang's emulator: `beam.smp [emulator flags] -- -flag value … -s MODULE [FUNCTION [argument …]]` (erl(1), init(3)). A
 * flag is a property of that name; of two words, as `-application key value`, also `application.key`.
 */
export const erlang: Runtime = { programs: ['beam.smp', 'beam'], read };

function read({ argv }: Launch): RuntimeCommand | undefined {
  const mains: string[] = [];
  const properties = new Map<string, Property>();
  for (const { name, values, text } of flagsOf(argv.slice(1))) {
    if (name === 's' || name === 'run') mains.push(...values.slice(0, 1));
    const evidence = { kind: 'argument' as const, text };
    properties.set(name, { value: values.join(' '), evidence });
    const [key = '', value] = values;
    if (values.length === 2 && value !== undefined) properties.set(`${name}.${key}`, { value, evidence });
  }
  if (mains.length === 0) return undefined;
  const options = [...properties.values()].flatMap(({ value, evidence }) =>
    evidence ? [{ value, evidence }] : [],
  );
  return { mains, argv: [mains[0] as string], options, properties, problems: [] };
}

interface Flag {
  name: string;
  values: string[];
  text: string;
}

/** Each flag with the words up to the next; `+x` is for the emulator, and `--` ends what stands before it. */
function flagsOf(words: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  let current: Flag | undefined;
  for (const word of words) {
    if (/^-[A-Za-z_]/.test(word)) {
      current = { name: word.slice(1), values: [], text: word };
      flags.push(current);
    } else if (word === '--' || word.startsWith('+')) current = undefined;
    else if (current && word !== '') {
      current.values.push(word);
      current.text += ` ${word}`;
    }
  }
  return flags;
}
