import { compile, type Match, type Regex } from '../regex.ts';
import { aroundUnknown } from '../texts.ts';
import type { Call } from './call.ts';

/** One `s/…/…/` of a program. */
interface Substitution {
  regex: Regex;
  replacement: string;
  isGlobal: boolean;
}

/**
 * `perl -pe 's/…/…/' FILE…`, in place with `-i`: substitutions line by line, as entrypoints use it. Gives what it prints;
 * undefined where that is not so, or can't be known: files that it changes are unknown then.
 */
export function perl(call: Call): string | undefined {
  if (!/(^|\/)perl[\d.]*$/.test(call.name)) return undefined;
  const { letters, program, files, isInPlace } = readArguments(call.args);
  if (program === undefined || !(letters.includes('p') || isInPlace)) return undefined;
  const isModelled = letters.includes('p') && !/[0nlaF]/.test(letters.replace(/^0777/, ''));
  const steps = isModelled ? substitutionsOf(program) : undefined;
  if (steps === undefined) {
    if (isInPlace) for (const path of files) call.changesUnknown(path);
    return undefined;
  }
  if (!isInPlace)
    return edited(
      call,
      steps,
      call
        .readAll(files)
        .texts.map(({ text }) => text)
        .join(''),
    );
  for (const path of files) {
    const text = call.read(path);
    if (text !== undefined) call.write(path, edited(call, steps, text));
  }
  return '';
}

function readArguments(args: readonly string[]) {
  let letters = '';
  let isInPlace = false;
  const programs: string[] = [];
  let at = 0;
  for (; at < args.length && /^-./.test(args[at] ?? ''); at++) {
    const word = (args[at] ?? '').slice(1);
    const [, before = '', , behind = ''] = /^([^ie]*)(i[^e]*)?(e?)$/.exec(word) ?? [];
    if (/i/.test(word)) isInPlace = true;
    letters += before + word.replace(/i\..*$|i/g, '').replace(/e$/, '');
    if (behind === 'e' || (/e$/.test(word) && !/^i\./.test(word))) programs.push(args[++at] ?? '');
  }
  const program = programs.length > 0 ? programs.join(';') : undefined;
  return { letters, program, files: args.slice(at), isInPlace };
}

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** The substitutions of a program that has nothing else. */
function substitutionsOf(program: string): Substitution[] | undefined {
  const steps: Substitution[] = [];
  for (let rest = program.trim().replace(/^;+\s*/, ''); rest !== ''; ) {
    const open = /^s([^\w\s])/.exec(rest)?.[1];
    if (open === undefined) return undefined;
    const pattern = upTo(rest, 2, closers[open] ?? open);
    const isPaired = closers[open] !== undefined;
    const second = pattern && isPaired ? rest.slice(pattern.next).search(/\S/) + pattern.next : pattern?.next;
    const close = isPaired ? (closers[rest[second ?? 0] ?? ''] ?? rest[second ?? 0] ?? '') : open;
    const replacement = second === undefined ? undefined : upTo(rest, isPaired ? second + 1 : second, close);
    if (pattern === undefined || replacement === undefined) return undefined;
    const flags = /^[a-z]*/.exec(rest.slice(replacement.next))?.[0] ?? '';
    const isPlain = !flags.includes('e') || /^\$ENV\{\$?\w+\}$/.test(replacement.text);
    // Variables of the program's own in a pattern are not followed.
    const isFixed = !/[$@]\{?[A-Za-z]/.test(pattern.text);
    const dots = flags.includes('s') ? '' : '(?-s)';
    // `$` stands before the line's end too.
    const options = { first: true, ignoreCase: flags.includes('i'), multiline: true };
    const regex = isFixed ? compile(dots + pattern.text, options) : undefined;
    if (regex === undefined || !isPlain || /[^egimsx]/.test(flags)) return undefined;
    steps.push({ regex, replacement: replacement.text, isGlobal: flags.includes('g') });
    rest = rest.slice(replacement.next + flags.length).trim();
    if (rest !== '' && !rest.startsWith(';')) return undefined;
    rest = rest.replace(/^[;\s]+/, '');
  }
  return steps;
}

/** The text up to a sign that no backslash stands before; of a pair, the one that closes it. */
function upTo(text: string, from: number, close: string): { text: string; next: number } | undefined {
  const open = Object.keys(closers).find((each) => closers[each] === close);
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === open) depth++;
    else if (text[at] === close && depth-- === 0) {
      const body = text.slice(from, at);
      return { text: open === undefined ? body.replaceAll(`\\${close}`, close) : body, next: at + 1 };
    }
  }
  return undefined;
}

function edited(call: Call, steps: readonly Substitution[], text: string): string {
  call.world.budget.spendOn(text.length * (steps.length + 1));
  return aroundUnknown(text, call.process.argv.join(' '), (known) =>
    (known.match(/[^\n]*\n|[^\n]+$/g) ?? [])
      .map((line) => steps.reduce((each, step) => substituted(call, each, step), line))
      .join(''),
  );
}

function substituted(call: Call, line: string, { regex, replacement, isGlobal }: Substitution): string {
  let out = '';
  let from = 0;
  for (
    let match = regex.find(line, 0);
    match;
    match = from <= line.length ? regex.find(line, from) : undefined
  ) {
    call.world.budget.spend();
    out += line.slice(from, match.start) + filledIn(call, replacement, match);
    // An empty match lets the next character through.
    if (match.end === match.start) out += line[match.end] ?? '';
    from = match.end === match.start ? match.end + 1 : match.end;
    if (!isGlobal) break;
  }
  return out + line.slice(from);
}

function filledIn(call: Call, replacement: string, { groups }: Match): string {
  const values = replacement.replace(
    /\$ENV\{(?:\$(\d)|['"]?(\w+)['"]?)\}|\$\{(\d)\}|\$(\d|&)|\\(\d)|\\([\s\S])/g,
    (_, byGroup, name, braced, plain, old, char) => {
      if (byGroup !== undefined) return call.process.env.get(groups[Number(byGroup)] ?? '') ?? '';
      if (name !== undefined) return call.process.env.get(name) ?? '';
      if (char !== undefined) return { n: '\n', t: '\t' }[char as string] ?? char;
      return groups[plain === '&' ? 0 : Number(braced ?? plain ?? old)] ?? '';
    },
  );
  return values;
}
