import { posix } from 'node:path';
import type { Launch } from '../../../model/launch.ts';
import { isUnknown } from '../../../model/unknown.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';
import type { Given, Property, Runtime, RuntimeCommand } from '../runtime.ts';
import { expandArgumentFiles } from './argument-files.ts';
import { ownProperties } from './own-properties.ts';
import { splitVariable } from './variables.ts';

/**
 * The `java` launcher and the virtual machine behind it (JDK 8 and later): `java [options] MainClass …`,
 * `-jar ARCHIVE …`, `-m MODULE[/CLASS] …`, options in files (`@FILE`) and in JDK_JAVA_OPTIONS, JAVA_TOOL_OPTIONS and
 * _JAVA_OPTIONS.
 */
export const java: Runtime = { programs: ['java'], read };

/** Options whose value is the next word (java(1)); all others have theirs in the word itself. */
const withValue = new Set([
  ...['-cp', '-classpath', '--class-path', '-p', '--module-path', '--upgrade-module-path', '--add-modules'],
  ...['--limit-modules', '--add-reads', '--add-exports', '--add-opens', '--patch-module', '--source'],
  ...['--enable-native-access', '--illegal-native-access', '--sun-misc-unsafe-memory-access'],
]);
const moduleOptions = new Set(['-m', '--module']);
/** These print something, and that is all. */
const printing =
  /^(-version|--version|-fullversion|--full-version|-h|-help|--help|-\?|-X|--help-extra|--list-modules|--dry-run|-d|--describe-module|--validate-modules)$/;

/** How options of all versions begin; another word with a dash keeps it from starting. */
const known =
  /^(-[DXmpe]|-(cp|classpath|jar|da|dsa|disable|esa|verbose|server|client|minimal|show|splash|agent|javaagent|jre|no-jre|version:|d32$|d64$|tm|J)|--(add|class|module|upgrade|limit|patch|illegal|enable|disable|show|source|finalization|sun))/;

function read(launch: Launch, rootfs: Rootfs): RuntimeCommand | undefined {
  const problems: string[] = [];
  const complain = (problem: string) => problems.push(problem);
  const [, ...own] = launch.argv;
  const before = splitVariable(launch, 'JDK_JAVA_OPTIONS', complain);
  const typed = own.map((value): Given => ({ value, evidence: { kind: 'argument', text: value } }));
  const words = expandArgumentFiles(before, typed, launch.cwd, rootfs, complain);
  const line = readLine(words.before, words.typed, complain);
  if (line === undefined) return undefined;
  const options = [
    ...splitVariable(launch, 'JAVA_TOOL_OPTIONS', complain),
    ...line.options,
    ...splitVariable(launch, '_JAVA_OPTIONS', complain),
  ];
  const properties = new Map<string, Property>();
  for (const [name, value] of ownProperties(launch, rootfs))
    properties.set(name, { value, evidence: undefined });
  for (const { value, evidence } of options) {
    const [, name, text = ''] = /^-D([^=]*)=?([\s\S]*)$/.exec(value) ?? [];
    if (name) properties.set(name, { value: text, evidence });
  }
  return { mains: line.mains, argv: line.argv, options, properties, problems };
}

interface Line {
  options: Given[];
  mains: string[];
  argv: string[];
}

/** The launcher's ParseArguments(): options up to the first other word, which is the class, archive or source file. */
function readLine(before: Given[], typed: Given[], complain: (problem: string) => void): Line | undefined {
  const options: Given[] = [];
  let isArchive = false;
  const words = [...before, ...typed];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Given;
    const next = words[at + 1];
    const { value } = word;
    // What a program has printed may be any number of options.
    if (isUnknown(value)) {
      options.push(word);
      continue;
    }
    if (!value.startsWith('-')) {
      if (at < before.length) complain(`JDK_JAVA_OPTIONS may not name what is to be run: ${value}`);
      const mains = isArchive ? [posix.basename(value)] : [value.replaceAll('/', '.')];
      return { options, mains, argv: words.slice(at).map((each) => each.value) };
    }
    if (printing.test(value)) return undefined;
    if (!known.test(value)) complain(`it does not know the option ${value}`);
    if (moduleOptions.has(value) || value.startsWith('--module=')) {
      const isGlued = value.startsWith('--module=');
      const module = isGlued ? value.slice('--module='.length) : next?.value;
      if (module === undefined) return undefined;
      const argv = [module, ...words.slice(at + (isGlued ? 1 : 2)).map((each) => each.value)];
      return { options, mains: [module, ...module.split('/')], argv };
    }
    if (value === '-jar') isArchive = true;
    else if (withValue.has(value) && next !== undefined) {
      options.push({ value: `${value} ${next.value}`, evidence: word.evidence });
      at++;
    } else options.push(word);
  }
  return undefined;
}
