import { environmentWrappers } from './environment.ts';
import { identityWrappers } from './identity.ts';
import { plainWrappers } from './plain.ts';
import type { Wrapper } from './wrapper.ts';

/** Every program that starts another one, by name. */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map(
  Object.entries({ ...plainWrappers, ...environmentWrappers, ...identityWrappers }),
);
