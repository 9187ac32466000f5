import { isUnknown } from '../../../model/unknown.ts';
import { Buffer as Pipe } from '../../io.ts';
import type { ParsedOptions } from '../../options.ts';
import type { Status } from '../../texts.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { withVariable } from './commands.ts';
import { takeBlock } from './parse.ts';
import { substitute, transformLetters } from './substitute.ts';

/** `forx [-E] VARIABLE { VALUES… } PROG…`. */
const forx: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'pEeo:x:', permute: false });
  const [variable, ...words] = options?.rest ?? [];
  const found = takeBlock(words);
  if (!options || variable === undefined || !found) return call.fail('usage', 100);
  return forEach(call, variable, found.block, found.rest, options);
};

/** `forbacktickx [-E] VARIABLE { GENERATOR… } PROG…`: for each word of the generator's output. */
const forBacktick: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: `${transformLetters}0pEeo:x:`, permute: false });
  const [variable, ...words] = options?.rest ?? [];
  const found = takeBlock(words);
  if (!options || variable === undefined || !found) return call.fail('usage', 100);
  const out = new Pipe();
  call.run(found.block, { io: call.process.io.with([[1, out]]) });
  const delimiter = options.value('d') ?? '\n';
  const values = isUnknown(out.text) ? [out.text] : out.text.split(options.has('0') ? '\0' : delimiter);
  return forEach(
    call,
    variable,
    values.filter((value) => value !== ''),
    found.rest,
    options,
  );
};

function forEach(
  call: Call,
  variable: string,
  values: readonly string[],
  argv: readonly string[],
  options: ParsedOptions,
): Status {
  for (const value of values) {
    call.world.budget.spend();
    const own = options.has('E') ? substitute(argv, new Map([[variable, [value]]]), call.world.budget) : argv;
    if (own === undefined) return 111;
    call.run(own, options.has('E') ? {} : { env: withVariable(call, variable, value) });
  }
  return 0;
}

/** Commands that run a program again and again. */
export const loops: Readonly<Record<string, Tool>> = { forx, forbacktickx: forBacktick };
