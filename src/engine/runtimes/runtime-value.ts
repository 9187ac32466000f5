import type { Value } from '../../pack/expressions.ts';
import type { RuntimeCommand } from './runtime.ts';

/** What a runtime's command line says, as expressions see it; empty for a program that needs none. */
export function runtimeValue(command: RuntimeCommand | undefined): { [key: string]: Value } {
  const properties = [...(command?.properties ?? [])].map(([name, { value }]) => [name, value]);
  return {
    mains: [...(command?.mains ?? [])],
    options: (command?.options ?? []).map(({ value }) => value),
    properties: Object.fromEntries(properties),
  };
}
