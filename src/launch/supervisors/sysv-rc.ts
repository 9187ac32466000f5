import { posix } from 'node:path';
import type { Tool } from '../tools/call.ts';
import { runChild } from './child.ts';

/** `startpar -M start -R LEVEL`, with which /etc/init.d/rc starts the scripts of a run level. */
export const startpar: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'p:t:T:a:M:P:R:e:ivnfd:', permute: true });
  const mode = options?.value('M');
  if (mode !== 'start' && mode !== 'boot') return 0;
  const folder = mode === 'boot' ? '/etc/rcS.d' : `/etc/rc${options?.value('R') ?? ''}.d`;
  for (const name of call.files.list(folder) ?? []) {
    const path = posix.join(folder, name);
    if (!/^S\d\d/.test(name) || call.files.may(path, call.process.user, 1) !== true) continue;
    runChild(call, { name, argv: [path, 'start'], at: { path } });
  }
  return 0;
};
