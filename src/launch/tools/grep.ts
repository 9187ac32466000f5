import { beforeUnknown, isUnknown, shield } from '../../model/unknown.ts';
import { compile, posixRegex, quoteRegex, type Regex } from '../regex.ts';
import { linesOf, type Status } from '../texts.ts';
import type { Call, Tool } from './call.ts';
import { walkTree } from './list-files.ts';

const spec = {
  short: 'EFGPe:f:ivwxclLm:oqsbHhnTuZaA:B:C:D:d:rRI',
  long: {
    'extended-regexp': false,
    'fixed-strings': false,
    'basic-regexp': false,
    'perl-regexp': false,
    regexp: true,
    file: true,
    'ignore-case': false,
    'invert-match': false,
    'word-regexp': false,
    'line-regexp': false,
    count: false,
    color: 'optional',
    'files-with-matches': false,
    'max-count': true,
    'only-matching': false,
    quiet: false,
    silent: false,
    'no-messages': false,
    'line-number': false,
    'no-filename': false,
    'with-filename': false,
    recursive: false,
    include: true,
    exclude: true,
    text: false,
  },
} as const;

const shortNames: Readonly<Record<string, string>> = {
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'perl-regexp': 'P',
  'ignore-case': 'i',
  'invert-match': 'v',
  'word-regexp': 'w',
  'line-regexp': 'x',
  count: 'c',
  'files-with-matches': 'l',
  'only-matching': 'o',
  quiet: 'q',
  silent: 'q',
  'no-messages': 's',
  'line-number': 'n',
  'no-filename': 'h',
  'with-filename': 'H',
  recursive: 'r',
};

/** grep(1). Status 0 when a line matched, 1 when none did, 2 on an error. */
export const grep: Tool = (call) => {
  const options = call.options(spec);
  if (options === undefined) return call.fail('invalid option', 2);
  const flags = new Set(options.options.map(({ name }) => shortNames[name] ?? name));
  if (call.name.endsWith('egrep')) flags.add('E');
  if (call.name.endsWith('fgrep')) flags.add('F');
  const given = options.values('e', 'regexp');
  const files = options.values('f', 'file').flatMap((path) => linesOf(call.read(path) ?? ''));
  const isGiven = given.length + options.values('f', 'file').length > 0;
  const patterns = isGiven ? [...given, ...files] : options.rest.slice(0, 1);
  const operands = isGiven ? options.rest : options.rest.slice(1);
  if (!isGiven && patterns.length === 0) return call.fail('usage', 2);
  const regex = matcher(
    patterns.flatMap((pattern) => pattern.split('\n')),
    flags,
  );
  if (regex === undefined) return call.unknown();
  const inputs = inputsOf(call, operands, flags);
  if (inputs === undefined) return call.unknown();
  return search(
    call,
    regex,
    inputs,
    flags,
    Number(options.value('m', 'max-count') ?? Number.POSITIVE_INFINITY),
  );
};

function matcher(patterns: readonly string[], flags: ReadonlySet<string>): Regex | undefined {
  if (patterns.some(isUnknown)) return undefined;
  const ignoreCase = flags.has('i') || flags.has('y');
  const around = (pattern: string) =>
    flags.has('x') ? `^(?:${pattern})$` : flags.has('w') ? `\\b(?:${pattern})\\b` : pattern;
  if (flags.has('F'))
    return compile(patterns.map((pattern) => around(quoteRegex(pattern))).join('|'), { ignoreCase });
  if (flags.has('P')) return compile(patterns.map(around).join('|'), { ignoreCase, first: true });
  const kind = flags.has('E') ? 'extended' : 'basic';
  const each = patterns.map((pattern) =>
    posixRegex(kind, pattern, {
      ignoreCase,
      around: flags.has('x') ? 'line' : flags.has('w') ? 'word' : undefined,
    }),
  );
  if (each.includes(undefined)) return undefined;
  return {
    excludes: (beginning) => each.every((regex) => regex?.excludes?.(beginning)),
    find: (text, from) =>
      each.flatMap((regex) => regex?.find(text, from) ?? []).sort((a, b) => a.start - b.start)[0],
  };
}

interface Input {
  path: string;
  text: string | undefined;
}

function inputsOf(call: Call, operands: readonly string[], flags: ReadonlySet<string>): Input[] | undefined {
  const quiet = flags.has('s');
  const read = (path: string): Input => {
    if (quiet && path !== '-' && call.files.look(call.path(path)) === 'missing')
      return { path, text: undefined };
    return { path, text: call.read(path) };
  };
  if (!flags.has('r') && !flags.has('R')) return (operands.length === 0 ? ['-'] : operands).map(read);
  const inputs: Input[] = [];
  for (const start of operands.length === 0 ? ['.'] : operands) {
    const entries = walkTree(call, start, { follow: flags.has('R'), maxDepth: 64 });
    if (entries === undefined) return undefined;
    for (const { path, type } of entries) if (type === 'file') inputs.push(read(path));
  }
  return inputs;
}

function search(
  call: Call,
  regex: Regex,
  inputs: readonly Input[],
  flags: ReadonlySet<string>,
  limit: number,
): Status {
  const named = (inputs.length > 1 || flags.has('H') || flags.has('r') || flags.has('R')) && !flags.has('h');
  let found = false;
  let unsure = false;
  let failed = false;
  for (const { path, text } of inputs) {
    if (text === undefined) {
      failed = true;
      continue;
    }
    call.world.budget.spendOn(text.length * 4);
    const lines = linesOf(text).map((line, index) => ({
      line,
      number: index + 1,
      match: lineMatch(regex, line, flags),
    }));
    const matching = lines.filter(({ match }) => match === true).slice(0, limit);
    found ||= matching.length > 0;
    const doubtful = lines.filter(({ match }) => match === undefined);
    unsure ||= doubtful.length > 0;
    if (flags.has('q')) continue;
    const prefix = named ? `${path}:` : '';
    if (flags.has('c'))
      call.out(doubtful.length > 0 ? `${prefix}${call.asUnknown}\n` : `${prefix}${matching.length}\n`);
    else if (flags.has('l')) call.out(matching.length > 0 ? `${path}\n` : '');
    else if (flags.has('L')) call.out(matching.length === 0 ? `${path}\n` : '');
    else {
      for (const { line, number } of matching)
        printLine(call, regex, flags.has('n') ? `${prefix}${number}:` : prefix, line, flags);
      if (doubtful.length > 0) call.out(`${call.asUnknown}\n`);
    }
  }
  if (found) return 0;
  if (unsure) return undefined;
  return failed ? 2 : 1;
}

/** Whether a line counts; undefined where an unknown part of it decides. */
function lineMatch(regex: Regex, line: string, flags: ReadonlySet<string>): boolean | undefined {
  const found = regex.find(shield(line)) !== undefined;
  const isSure = !isUnknown(line) || found || regex.excludes?.(beforeUnknown(line));
  if (!isSure) return undefined;
  return found !== flags.has('v');
}

function printLine(call: Call, regex: Regex, prefix: string, line: string, flags: ReadonlySet<string>): void {
  if (!flags.has('o')) {
    call.out(`${prefix}${line}\n`);
    return;
  }
  if (isUnknown(line)) {
    call.out(`${call.asUnknown}\n`);
    return;
  }
  let from = 0;
  for (let match = regex.find(line, from); match; match = regex.find(line, from)) {
    if (match.end > match.start) call.out(`${prefix}${line.slice(match.start, match.end)}\n`);
    from = match.end > match.start ? match.end : match.end + 1;
    if (from > line.length) break;
  }
}
