import { Buffer } from '../../io.ts';
import type { Status } from '../../texts.ts';
import { dashEcho, echo } from '../../tools/echo.ts';
import { printf } from '../../tools/printf.ts';
import { runTest } from '../../tools/test.ts';
import type { Shell } from '../shell.ts';
import { testContext } from '../test-expression.ts';
import { evaluateText } from '../values.ts';
import { isName } from '../variables.ts';
import { type Builtin, callFrom } from './builtin.ts';
import { declarations } from './declare.ts';
import { flowBuiltins } from './flow.ts';
import { folderBuiltins } from './folders.ts';
import { getopts } from './getopts.ts';
import { lookupBuiltins } from './lookup.ts';
import { mapfile, read } from './read.ts';
import { settingBuiltins } from './settings.ts';
import { source } from './source.ts';

export type { Builtin } from './builtin.ts';
export { declarations } from './declare.ts';

function testBuiltin(name: string): Builtin {
  return {
    run: (shell, args) => {
      const fail = (message: string) => {
        shell.error(`${name}: ${message}`);
        return 2;
      };
      // dash's test has no `==`.
      return runTest(name, args, testContext(shell), fail, { double: shell.dialect !== 'dash' });
    },
  };
}

/** `printf -v name` assigns instead of printing. */
const printfBuiltin: Builtin = {
  run(shell, args) {
    const call = callFrom(shell, ['printf', ...args]);
    const [option, name] = args;
    if (option !== '-v' || name === undefined || !isName(name) || shell.dialect !== 'bash')
      return printf(call);
    const buffer = new Buffer();
    const status = printf(callFrom(shell.withIo(shell.io.with([[1, buffer]])), ['printf', ...args.slice(2)]));
    shell.vars.set(name, buffer.text);
    return status;
  },
};

const letBuiltin: Builtin = {
  dialects: ['bash', 'ash'],
  run(shell, args): Status {
    let last: bigint | undefined = 0n;
    for (const arg of args) last = evaluateText(shell, arg);
    return last === undefined ? undefined : last === 0n ? 1 : 0;
  },
};

const echoBuiltin: Builtin = {
  run: (shell, args) => (shell.dialect === 'dash' ? dashEcho : echo)(callFrom(shell, ['echo', ...args])),
};

/** Declarations reached through another command: `command export A=b`. */
function declarationBuiltin(name: string): Builtin {
  const own = declarations.get(name);
  const isBash = name === 'declare' || name === 'typeset';
  return {
    ...(isBash ? { dialects: ['bash'] as const } : {}),
    run: (shell, args) => own?.(shell, name, args),
  };
}

const isBuiltin = (shell: Shell, name: string): boolean => {
  const builtin = builtins.get(name);
  return (
    builtin !== undefined && (builtin.dialects === undefined || builtin.dialects.includes(shell.dialect))
  );
};

/** Every command that a shell has built in. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    ...flowBuiltins,
    ...settingBuiltins,
    ...folderBuiltins,
    ...lookupBuiltins(isBuiltin),
    ...Object.fromEntries([...declarations.keys()].map((name) => [name, declarationBuiltin(name)])),
    '.': source(),
    source: { ...source(), dialects: ['bash', 'ash'] as const },
    read,
    mapfile,
    readarray: mapfile,
    getopts,
    echo: echoBuiltin,
    printf: printfBuiltin,
    test: testBuiltin('test'),
    '[': testBuiltin('['),
    let: letBuiltin,
  }),
);
