import { shield, unshield } from '../../../model/unknown.ts';
import { linesOf, type Status, unknownText, unshieldWhole } from '../../texts.ts';
import type { Call, Tool } from '../call.ts';
import { type Command, parseSed, SedError } from './parse.ts';
import { runSed, type SedHost, type SedOptions } from './run.ts';

const spec = {
  short: 'nEre:f:i:suzblN:',
  long: {
    quiet: false,
    silent: false,
    expression: true,
    file: true,
    'in-place': 'optional',
    'regexp-extended': false,
    separate: false,
    'null-data': false,
    unbuffered: false,
    'follow-symlinks': false,
    posix: false,
  },
} as const;

/** sed(1). `-i` takes its suffix only glued, which getopt_long's `i:` can't say. */
export const sed: Tool = (call) => {
  const inPlace = call.args.some((arg) => /^-[nErsuzb]*i|^--in-place/.test(arg));
  const args = call.args.map((arg) =>
    /^-[nErsuzb]*i/.test(arg) && !arg.startsWith('--') ? withoutInPlace(arg) : arg,
  );
  const options = call.optionsOf(args, spec);
  if (options === undefined) return call.fail('usage', 1);
  const scripts = options.options.flatMap(({ name, value }) => {
    if (name === 'e' || name === 'expression') return [value];
    return name === 'f' || name === 'file' ? [linesOf(call.read(value) ?? '').join('\n')] : [];
  });
  const script = scripts.length > 0 ? scripts.join('\n') : (options.rest[0] ?? '');
  const operands = scripts.length > 0 ? options.rest : options.rest.slice(1);
  const quiet = options.has('n', 'quiet', 'silent') || script.startsWith('#n\n');
  const run = { quiet, zero: options.has('z', 'null-data') };
  let commands: Command[] | undefined;
  try {
    commands = parseSed(shield(script), options.has('E', 'r', 'regexp-extended'));
  } catch (error) {
    if (!(error instanceof SedError)) throw error;
    if (!/not (supported|modelled)/.test(error.message))
      return call.fail(`-e expression #1: ${error.message}`);
  }
  const separate = inPlace || options.has('s', 'separate');
  return inPlace
    ? editFiles(call, commands, operands, run)
    : editTexts(call, commands, operands, run, separate);
};

function withoutInPlace(arg: string): string {
  const letters = arg.slice(1, arg.indexOf('i'));
  return letters === '' ? '-u' : `-${letters}`;
}

function editFiles(
  call: Call,
  commands: Command[] | undefined,
  paths: readonly string[],
  options: SedOptions,
): Status {
  let status: Status = 0;
  for (const path of paths) {
    const text = call.read(path);
    if (text === undefined) {
      status = 4;
      continue;
    }
    const result = edit(call, commands, text, options);
    if (call.files.may(call.path(path), call.process.user, 2) === false && !mayReplace(call, path)) {
      status = call.fail(`couldn't open temporary file for ${path}: Permission denied`, 4);
      continue;
    }
    if (result.output !== text) call.write(path, result.output);
    status = result.status || status;
  }
  return status;
}

/** `-i` writes a new file and renames it: that takes the right to write into the folder. */
function mayReplace(call: Call, path: string): boolean {
  const folder = call.path(path).replace(/\/[^/]*$/, '') || '/';
  return call.files.may(folder, call.process.user, 2) !== false;
}

function editTexts(
  call: Call,
  commands: Command[] | undefined,
  operands: readonly string[],
  options: SedOptions,
  separate: boolean,
): Status {
  const { texts, status } = call.readAll(operands);
  const joined = texts.map(({ text }, i) =>
    i < texts.length - 1 && text !== '' && !text.endsWith('\n') ? `${text}\n` : text,
  );
  let last: Status = status === 0 ? 0 : 2;
  for (const text of separate ? joined : [joined.join('')]) {
    const result = edit(call, commands, text, options);
    call.out(result.output);
    last = result.status || last;
  }
  return last;
}

function edit(
  call: Call,
  commands: Command[] | undefined,
  text: string,
  options: SedOptions,
): { output: string; status: number } {
  const lost = { output: `${unknownText(call.process.argv.join(' '))}\n`, status: 0 };
  if (commands === undefined) return lost;
  const read: string[] = [];
  const host: SedHost = {
    budget: call.world.budget,
    read: (path) => {
      const file = shield(call.read(path) ?? '');
      read.push(file);
      return file;
    },
    write: (path, written) => {
      if (!call.write(path, unshield(written))) call.fail(`couldn't open file ${path}`);
    },
  };
  try {
    const input = shield(text);
    const { output, status } = runSed(commands, input, options, host);
    const whole = unshieldWhole(output, input, ...call.args.map(shield), ...read);
    return whole === undefined ? lost : { output: whole, status };
  } catch (error) {
    if (error instanceof SedError) return lost;
    throw error;
  }
}
