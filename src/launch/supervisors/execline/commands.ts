import { Buffer as Pipe } from '../../io.ts';
import { inBackground } from '../../jobs.ts';
import type { Process } from '../../process.ts';
import type { Status } from '../../texts.ts';
import { unknownText } from '../../texts.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { takeBlock } from './parse.ts';

/** Becomes another program, as exec(3) does. */
export function become(call: Call, argv: readonly string[], changes: Partial<Process> = {}): Status {
  if (argv.length === 0) return 0;
  const { file: _, ...rest } = call.process;
  return call.world.run(call.world, { ...rest, byShell: false, depth: rest.depth + 1, ...changes, argv });
}

/** A command that begins with options and a block: what it does with the block, and with the rest. */
type BlockWork = (
  call: Call,
  block: readonly string[],
  rest: readonly string[],
  has: (name: string) => boolean,
  value: (name: string) => string | undefined,
) => Status;

export function withBlock(short: string, work: BlockWork): Tool {
  return (call) => {
    const options = call.optionsOf(call.args, { short, permute: false });
    const found = options && takeBlock(options.rest);
    if (!found) return call.fail('usage', 100);
    return work(
      call,
      found.block,
      found.rest,
      (name) => options.has(name),
      (name) => options.value(name),
    );
  };
}

/** The environment with one variable set; undefined unsets it. */
export function withVariable(
  call: Call,
  name: string,
  value: string | undefined,
): ReadonlyMap<string, string> {
  const env = new Map(call.process.env);
  if (value === undefined) env.delete(name);
  else env.set(name, value);
  return env;
}

const foreground = withBlock('', (call, block, rest) => {
  const status = block.length === 0 ? 0 : call.run(block);
  return become(call, rest, {
    env: withVariable(call, '?', status === undefined ? unknownText('$?') : String(status)),
  });
});

const background = withBlock('d', (call, block, rest) => {
  const job = inBackground(call.world, block.join(' '), () => call.run(block, { role: 'background' }));
  return become(call, rest, { env: withVariable(call, '!', job.pid) });
});

const ifCommand = withBlock('nXtx:', (call, block, rest, has, value) => {
  const isTrue = test(call, block) !== has('n');
  if (isTrue) return become(call, rest);
  return has('t') ? 0 : Number(value('x') ?? 1);
});

const ifElse = withBlock('nX', (call, block, rest, has) => {
  const then = takeBlock(rest);
  if (!then) return call.fail('usage', 100);
  return become(call, test(call, block) !== has('n') ? then.block : then.rest);
});

const ifThenElse = withBlock('sX', (call, block, rest, has) => {
  const then = takeBlock(rest);
  const otherwise = then && takeBlock(then.rest);
  if (!otherwise) return call.fail('usage', 100);
  const chosen = test(call, block) ? then.block : otherwise.block;
  if (otherwise.rest.length === 0) return become(call, chosen);
  if (chosen.length > 0) call.run(chosen);
  return has('s') ? 0 : become(call, otherwise.rest);
});

const ifThen = withBlock('nX', (call, block, rest, has) => {
  const otherwise = takeBlock(rest);
  if (!otherwise) return call.fail('usage', 100);
  return become(call, test(call, otherwise.rest) !== has('n') ? block : otherwise.block);
});

/** Whether a command succeeds; where that can't be known, both ways are looked at. */
function test(call: Call, argv: readonly string[]): boolean {
  if (argv.length === 0) return true;
  const status = call.run(argv, { condition: true });
  const { decisions } = call.world;
  if (status !== undefined) return status === 0;
  return decisions.pick(argv.join(' '), 2) === 0;
}

/** Both sides run at once; the one that is no block goes on as this process. */
const pipeline = withBlock('drw', (call, block, rest, has) => {
  const pipe = new Pipe();
  const { io } = call.process;
  const writer = has('w') ? rest : block;
  const reader = has('w') ? block : rest;
  const write = () => call.run(writer, { io: io.with([[1, pipe]]), role: 'background' });
  const read = () => call.run(reader, { io: io.with([[0, pipe]]), role: 'background' });
  if (!has('w')) {
    inBackground(call.world, block.join(' '), write);
    return become(call, reader, { io: io.with([[0, pipe]]) });
  }
  inBackground(call.world, block.join(' '), read);
  return become(call, writer, { io: io.with([[1, pipe]]) });
});

const wait: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'iIaort:', permute: false });
  const found = options && takeBlock(options.rest);
  return found ? become(call, found.rest) : call.fail('usage', 100);
};

/** Its program runs as a child, for the sake of its signals. */
const trap = withBlock('x', (call, _handlers, rest) => become(call, rest, { first: false }));

const runsForEver = 50;

/** `loopwhilex [-n] [-x CODES] PROG…`, up to a bound: what is started again and again is one process. */
const loopWhile: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'nx:', permute: false });
  if (options === undefined) return call.fail('usage', 100);
  let status: Status = 0;
  for (let turn = 0; turn < runsForEver; turn++) {
    status = call.run(options.rest);
    if (status === undefined || (status === 0) === options.has('n')) return status;
  }
  return status;
};

const exec: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'cla:', permute: false });
  if (options === undefined) return call.fail('usage', 100);
  const [program, ...args] = options.rest;
  if (program === undefined) return 0;
  const name = options.value('a');
  const env = options.has('c') ? { env: new Map<string, string>() } : {};
  return become(call, [name ?? program, ...args], {
    ...env,
    ...(name === undefined ? {} : { file: program }),
  });
};

const exit: Tool = ({ args: [code = '0'] }) => Number(code) & 0xff;

/** Commands that decide what runs. */
export const commands: Readonly<Record<string, Tool>> = {
  foreground,
  background,
  if: ifCommand,
  ifelse: ifElse,
  ifte: ifThen,
  ifthenelse: ifThenElse,
  pipeline,
  wait,
  trap,
  loopwhilex: loopWhile,
  exec,
  exit,
};
