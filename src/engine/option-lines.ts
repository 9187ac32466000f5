import type { CommandLine } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { lineName } from './arguments.ts';
import { placeOf, Refusal } from './reasons.ts';

/**
 * A file whose keys are the names of long options, as the lines that these options set. What does not set any is left
 * out. Throws Refusal where the program would not take the file.
 */
export function linesOfOptions(spec: CommandLine, nodes: readonly ConfigNode[]): ConfigNode[] {
  const seen = new Set<string>();
  return nodes.flatMap((node) => {
    const flag = `--${node.name}`;
    const option = optionOf(spec, flag);
    if (option === undefined) refuse(node, 'is no option');
    if (spec.repeatable && seen.has(flag) && !spec.repeatable.includes(flag)) refuse(node, 'stands twice');
    seen.add(flag);
    if (option.switch && isOff(node)) return [];
    if (option.assignment) return [assigned(node, option)];
    if (option.key === undefined) return [];
    return [{ ...node, name: option.key, args: option.to !== undefined ? [option.to] : node.args }];
  });
}

type Option = NonNullable<CommandLine['options']>[string];

function optionOf(spec: CommandLine, flag: string): Option | undefined {
  if (spec.others?.values.includes(flag)) return { flags: [flag] };
  if (spec.others?.switches.includes(flag)) return { flags: [flag], switch: true };
  return Object.values(spec.options ?? {}).find(({ flags }) => flags.includes(flag));
}

function isOff({ args }: ConfigNode): boolean {
  return /^(false|off|no|0)$/i.test(args[0] ?? '');
}

/** `name=value` as a line of its own. */
function assigned(node: ConfigNode, option: Option): ConfigNode {
  const text = node.args[0] ?? '';
  const equals = text.indexOf('=');
  if (equals < 0) refuse(node, `can not be "${text}"`);
  return { ...node, name: lineName(option, text.slice(0, equals)), args: [text.slice(equals + 1)] };
}

function refuse({ name, at }: ConfigNode, why: string): never {
  throw new Refusal(`"${name}" ${why}${placeOf(at)}`);
}
