import { decodeEscapes } from '../shell/quoting.ts';
import type { Tool } from './call.ts';

/** echo of bash, ash and coreutils: `-n`, `-e`, `-E` at the start, in any mix. */
export const echo: Tool = (call) => {
  let at = 0;
  let escapes = false;
  let newline = true;
  for (; /^-[neE]+$/.test(call.args[at] ?? ''); at++) {
    for (const letter of (call.args[at] as string).slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const text = call.args.slice(at).join(' ');
  const decoded = escapes ? decodeEscapes(text, 'echo') : { text, stop: false };
  call.out(decoded.text + (newline && !decoded.stop ? '\n' : ''));
  return 0;
};

/** dash's echo: only `-n` is an option, and escapes are always decoded. */
export const dashEcho: Tool = (call) => {
  const newline = call.args[0] !== '-n';
  const decoded = decodeEscapes(call.args.slice(newline ? 0 : 1).join(' '), 'echo');
  call.out(decoded.text + (newline && !decoded.stop ? '\n' : ''));
  return 0;
};
