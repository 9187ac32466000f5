import { posix } from 'node:path';
import type { Evidence } from '../../../model/evidence.ts';
import type { Launch } from '../../../model/launch.ts';
import type { Given, Runtime, RuntimeCommand } from '../runtime.ts';
import { splitNodeOptions } from './node-options.ts';

/** Node.js: `node [options] SCRIPT …`, options also in NODE_OPTIONS, which the command line's beat (node(1)). */
export const node: Runtime = { programs: ['node', 'nodejs'], read };

/** Options whose value is the next word where it does not stand behind `=`. */
const withValue = new Set([
  ...[
    '-r',
    '--require',
    '--import',
    '--loader',
    '--experimental-loader',
    '-C',
    '--conditions',
    '--input-type',
  ],
  ...['--title', '--unhandled-rejections', '--icu-data-dir', '--openssl-config', '--dns-result-order'],
  ...['--redirect-warnings', '--max-http-header-size', '--diagnostic-dir', '--heapsnapshot-signal'],
  ...['--inspect-port', '--debug-port', '--trace-event-categories', '--report-dir', '--report-directory'],
]);
/** These run no script of a file, or nothing at all. */
const without =
  /^(-e|--eval|-p|-pe|--print|-c|--check|-v|--version|-h|--help|--v8-options|--completion-bash|--test|-)$/;

function read(launch: Launch): RuntimeCommand | undefined {
  const problems: string[] = [];
  const text = launch.env.NODE_OPTIONS ?? '';
  const before = splitNodeOptions(text);
  if (before === undefined) problems.push('NODE_OPTIONS has an open quote');
  const evidence: Evidence = { kind: 'environment', text: `NODE_OPTIONS=${text}` };
  const options = joined((before ?? []).map((value) => ({ value, evidence }))).options;
  const own = launch.argv
    .slice(1)
    .map((value): Given => ({ value, evidence: { kind: 'argument', text: value } }));
  const line = joined(own);
  const [script] = line.rest;
  if (script === undefined || line.options.some(({ value }) => without.test(value))) return undefined;
  return {
    mains: [posix.resolve(launch.cwd, script)],
    argv: line.rest,
    options: [...options, ...line.options],
    properties: new Map(),
    problems,
  };
}

/** Options, each with its value as `--name=value`, up to the first other word. */
function joined(words: readonly Given[]): { options: Given[]; rest: string[] } {
  const options: Given[] = [];
  for (let at = 0; at < words.length; at++) {
    const { value, evidence } = words[at] as Given;
    if (value === '--' || !value.startsWith('-')) {
      return { options, rest: words.slice(value === '--' ? at + 1 : at).map((word) => word.value) };
    }
    const next = withValue.has(value) ? words[at + 1] : undefined;
    if (next !== undefined) at++;
    options.push({ value: next === undefined ? value : `${value}=${next.value}`, evidence });
  }
  return { options, rest: [] };
}
