import type { Step, Story } from '../step.ts';

type ReadFile = Story['launch']['result']['configs'][number];

/** With more files than these only those that matter for the listener are named. */
const most = 12;

/** The config files in the order in which they are read, and who includes each. */
export function configStep({ launch: { result }, parts }: Story): Step {
  const { configs } = result;
  if (configs.length === 0) return { text: 'It reads no config file.', details: [] };
  const paths = parts.flatMap(({ listener }) => listener.evidence.map(({ path }) => path));
  const named = configs.length <= most ? configs : chainOf(configs, paths);
  const left = configs.length - named.length;
  const details = named.map(fileLine);
  if (left > 0) details.push(`… and ${left} more that do not matter here`);
  return { text: configs.length === 1 ? 'It reads one config file:' : 'It reads, in this order:', details };
}

function fileLine({ path, syntax, includedBy, origin }: ReadFile): string {
  const made = origin === undefined ? '' : `, made by ${origin}`;
  return `${path}  (${syntax}${made})${includedBy === undefined ? '' : includerOf(includedBy)}`;
}

function includerOf({ path, line, text }: NonNullable<ReadFile['includedBy']>): string {
  return line === undefined ? `, included by ${text}` : `, included by ${path}:${line}  ${text}`;
}

/** The files that hold the evidence, and those that lead to them. */
function chainOf(configs: readonly ReadFile[], paths: readonly (string | undefined)[]): ReadFile[] {
  const wanted = new Set(paths);
  for (const { path, includedBy } of configs.toReversed()) if (wanted.has(path)) wanted.add(includedBy?.path);
  return configs.filter(({ path }) => wanted.has(path)).slice(0, most);
}
