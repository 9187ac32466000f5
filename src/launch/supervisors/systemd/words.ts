import { posix } from 'node:path';
import { shield, unshield } from '../../../model/unknown.ts';
import { unknownText } from '../../texts.ts';
import type { Unit } from './unit.ts';

const word = /(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|[^\s'"\\])+/g;
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/** Words with quotes and C escapes undone, as systemd takes values apart (systemd.syntax(7)). */
export function splitWords(text: string): string[] {
  return (shield(text).match(word) ?? []).map((each) => unshield(unquote(each)));
}

function unquote(text: string): string {
  return text.replace(
    /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(\\(?:x[0-9a-fA-F]{2}|[0-7]{3}|[\s\S]))/g,
    (_, a, b, c) => unescaped(a ?? b ?? c),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([\s\S]))/g, (whole, hex, octal, char) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return /[\\"'$ ;]/.test(char) ? char : (escapes[char] ?? whole);
  });
}

/** `a-b\x2dc` → `a/b-c`. */
function unescapeName(name: string): string {
  return name
    .replace(/-/g, '/')
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const folders: Readonly<Record<string, string>> = {
  t: '/run',
  S: '/var/lib',
  C: '/var/cache',
  L: '/var/log',
  E: '/etc',
  T: '/tmp',
  V: '/var/tmp',
  h: '/root',
  u: 'root',
  U: '0',
  g: 'root',
  G: '0',
  s: '/bin/sh',
  '%': '%',
};

/** The text with its specifiers put in (systemd.unit(5)), as the system's manager does. */
export function specified(text: string, unit: Unit): string {
  if (!text.includes('%')) return text;
  const whole = unit.name.replace(/\.[a-z]+$/, '');
  const prefix = whole.replace(/@.*$/, '');
  const own: Record<string, string> = {
    n: unit.name,
    N: whole,
    p: prefix,
    P: unescapeName(prefix),
    i: unit.instance,
    I: unescapeName(unit.instance),
    j: prefix.slice(prefix.lastIndexOf('-') + 1),
    J: unescapeName(prefix.slice(prefix.lastIndexOf('-') + 1)),
    f: posix.join('/', unescapeName(unit.instance || prefix)),
  };
  return unshield(
    shield(text).replace(/%([A-Za-z%])/g, (found, letter) =>
      shield(own[letter] ?? folders[letter] ?? unknownText(`systemd’s ${found}`)),
    ),
  );
}

/** One command of an ExecStart= line. */
export interface Command {
  argv: string[];
  /** What it runs, where argv[0] is another name. */
  file: string | undefined;
  /** That it fails counts for nothing. */
  mayFail: boolean;
}

/** The commands of a line (systemd.service(5), Command Lines), with variables put in. */
export function commandsOf(text: string, unit: Unit, env: ReadonlyMap<string, string>): Command[] {
  const lines: string[][] = [[]];
  for (const each of splitWords(text)) {
    if (each === ';') lines.push([]);
    else lines.at(-1)?.push(each);
  }
  return lines.flatMap(([first = '', ...rest]) => {
    const [, prefix = '', program = ''] = /^([@\-:+!|]*)(.*)$/s.exec(first) ?? [];
    if (program === '') return [];
    const words = rest.map((each) => specified(each, unit));
    const args = prefix.includes(':') ? words : words.flatMap((each) => withVariables(each, env));
    const own = specified(program, unit);
    const [name = own, ...others] = args;
    const isRenamed = prefix.includes('@');
    const argv = isRenamed ? [name, ...others] : [own, ...args];
    return [{ argv, file: isRenamed ? own : undefined, mayFail: prefix.includes('-') }];
  });
}

/** `$NAME` as a word of its own becomes the words of its value; `${NAME}` is put in anywhere, as it is. */
function withVariables(text: string, env: ReadonlyMap<string, string>): string[] {
  const name = /^\$([A-Za-z_]\w*)$/.exec(text)?.[1];
  if (name !== undefined) return splitWords(env.get(name) ?? '');
  const replaced = text.replace(/\$\$|\$\{(\w+)\}/g, (whole, variable) =>
    whole === '$$' ? '$' : (env.get(variable) ?? ''),
  );
  return [replaced];
}
