import { isUnknown } from '../../model/unknown.ts';
import type { Tool } from './call.ts';

const reference = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/** envsubst(1): `$NAME` and `${NAME}` only, all of them or those that SHELL-FORMAT names. */
export const envsubst: Tool = (call) => {
  const options = call.options({
    short: 'vhVd',
    long: { variables: false, help: false, version: false },
    lenient: true,
  });
  if (options === undefined) return 1;
  const [format] = options.rest;
  const named =
    format === undefined
      ? undefined
      : new Set([...format.matchAll(reference)].map((match) => match[1] ?? match[2]));
  if (options.has('v', 'variables')) {
    for (const name of named ?? []) call.out(`${name}\n`);
    return 0;
  }
  const text = call.stdin();
  if (format !== undefined && isUnknown(format)) return call.unknown();
  call.out(
    text.replace(reference, (whole, braced, bare) => {
      const name = (braced ?? bare) as string;
      if (named !== undefined && !named.has(name)) return whole;
      return call.process.env.get(name) ?? '';
    }),
  );
  return 0;
};
