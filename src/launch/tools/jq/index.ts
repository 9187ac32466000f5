import { isUnknown, shield, unshield } from '../../../model/unknown.ts';
import type { Call, Tool } from '../call.ts';
import { compileFilter, type Json } from './filter.ts';
import { JqError } from './lex.ts';

const flags =
  /^(-[rcneasSj]+|--(raw-output|compact-output|null-input|exit-status|ascii-output|slurp|sort-keys|join-output|tab|raw-input))$/;

interface Options {
  letters: string;
  variables: Map<string, Json>;
  rest: string[];
}

/** jq(1), as far as entrypoints use it to look into and cut down JSON files. */
export const jq: Tool = (call) => {
  try {
    const options = readOptions(call.args);
    const [filterText, ...paths] = options?.rest ?? [];
    if (options === undefined || filterText === undefined || isUnknown(filterText)) return call.unknown();
    const filter = compileFilter(filterText, options.variables);
    const outputs = inputs(call, paths, options.letters).flatMap(filter);
    for (const output of outputs) call.out(shown(output, options.letters));
    const last = outputs.at(-1);
    if (!options.letters.includes('e')) return 0;
    return last === undefined ? 4 : last === null || last === false ? 1 : 0;
  } catch (error) {
    if (error instanceof JqError) return call.unknown();
    if (error instanceof SyntaxError) return call.fail('parse error', 2);
    throw error;
  }
};

const longNames: Readonly<Record<string, string>> = {
  'raw-output': 'r',
  'compact-output': 'c',
  'null-input': 'n',
  'exit-status': 'e',
  slurp: 's',
  'join-output': 'j',
};

function readOptions(args: readonly string[]): Options | undefined {
  const options: Options = { letters: '', variables: new Map(), rest: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--arg' || arg === '--argjson') {
      const [name = '', value = ''] = args.slice(i + 1, i + 3);
      options.variables.set(name, arg === '--arg' ? shield(value) : (JSON.parse(value) as Json));
      i += 2;
    } else if (flags.test(arg)) {
      options.letters += arg.startsWith('--') ? (longNames[arg.slice(2)] ?? '') : arg.slice(1);
    } else if (arg.startsWith('-') && arg !== '-') {
      return undefined;
    } else {
      options.rest.push(arg);
    }
  }
  return options;
}

/** The inputs: whole JSON texts. Unknown text between its values can't be read. */
function inputs(call: Call, paths: readonly string[], letters: string): Json[] {
  if (letters.includes('n')) return [null];
  if (letters.includes('s')) throw new JqError('--slurp is not modelled');
  return call.readAll(paths).texts.flatMap(({ text }) => {
    if (text.trim() === '') return [];
    if (isUnknown(text) && !/^\s*[{["]/.test(text)) throw new JqError('the input is not known');
    return [JSON.parse(shield(text)) as Json];
  });
}

function shown(value: Json, letters: string): string {
  const raw = (letters.includes('r') || letters.includes('j')) && typeof value === 'string';
  const text = raw ? value : JSON.stringify(value, undefined, letters.includes('c') ? undefined : 2);
  return unshield(text) + (letters.includes('j') ? '' : '\n');
}
