import { type Supervisor, startChild, stay } from '../child.ts';

const spec = {
  short: 'n:c:s:p:l:t:m:i:rgkvh',
  long: {
    names: true,
    'prefix-colors': true,
    success: true,
    prefix: true,
    'max-processes': true,
    'restart-tries': true,
    'restart-after': true,
    'kill-others': false,
    'kill-others-on-fail': false,
    raw: false,
    group: false,
  },
  lenient: true,
  permute: true,
};

/** `concurrently 'COMMAND' 'COMMAND'`, `multirun 'COMMAND' …`: every operand is a line for a shell. */
export const concurrently: Supervisor = (call, self) => {
  const lines = call.optionsOf(call.args, spec)?.rest ?? [];
  if (lines.length === 0) return call.unknown();
  for (const line of lines) startChild(call, { name: line, argv: ['/bin/sh', '-c', line], at: {} });
  return stay(call, self);
};
