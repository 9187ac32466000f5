import type { Random } from './random.ts';

/** A case that starts the server directly; files are plain text. */
export interface Plain {
  command: string[];
  env: Record<string, string>;
  files: Record<string, string>;
  setup?: string[][];
  user?: string;
  cwd?: string;
  starts?: 'foreground' | 'daemon';
}

/** A case but for its name. */
export interface Generated extends Omit<Plain, 'files'> {
  files: Record<string, string | { mode: string; text: string }>;
  settle?: number;
}

/** Words before the server that end as the server itself or stay as its parent. */
const wrappers: readonly (readonly string[])[] = [
  [],
  ['tini', '--'],
  ['dumb-init', '--'],
  ['env', 'NOTHING=1'],
  ['nice', '-n', '3'],
  ['tini', '-g', '--', 'nohup', 'stdbuf', '-oL'],
  ['setsid', '-w'],
  ['timeout', '600'],
];

/** Starts the same server in one of the ways of images: directly, wrapped, by a shell, by a script, from templates. */
export function dress(random: Random, plain: Plain): Generated {
  const way = random.int(0, 9);
  if (way < 3) return plain;
  if (way < 5) return { ...plain, command: [...random.pick(wrappers), ...plain.command] };
  if (way < 7) return viaShell(random, plain);
  return viaScript(random, plain);
}

export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function viaShell(random: Random, plain: Plain): Generated {
  const shell = random.pick(['sh', 'bash']);
  const { words, env } = withVariables(random, plain.command);
  const prefix = random.pick(['exec ', '', 'umask 022; exec ', 'true && ', 'cd . && exec ']);
  return { ...plain, command: [shell, '-c', prefix + words.join(' ')], env: { ...plain.env, ...env } };
}

/** Some arguments become variables of the environment, or defaults of variables that are not set. */
function withVariables(
  random: Random,
  command: readonly string[],
): { words: string[]; env: Record<string, string> } {
  const env: Record<string, string> = {};
  const words = command.map((word, index) => {
    if (!/^[\w.:/*-]+$/.test(word) || index === 0 || random.chance(0.6)) return quote(word);
    if (random.chance(0.3)) return `"\${UNSET_${index}:-${word}}"`;
    env[`ARG_${index}`] = word;
    return random.pick([`"$ARG_${index}"`, `"\${ARG_${index}}"`, `"\${ARG_${index}:-none}"`]);
  });
  return { words, env };
}

/** An entrypoint script that may render files from templates before it becomes its arguments. */
function viaScript(random: Random, plain: Plain): Generated {
  const files: Generated['files'] = { ...plain.files };
  const env = { ...plain.env };
  const lines = [random.pick(['#!/bin/sh', '#!/bin/bash', '#!/usr/bin/env bash']), 'set -e'];
  for (const [path, text] of Object.entries(plain.files)) {
    if ((plain.user ?? 'root') !== 'root' || random.chance(0.5)) continue;
    const made = template(random, path, text, Object.keys(env).length);
    Object.assign(env, made.env);
    delete files[path];
    files[`/templates${path}`] = made.text;
    lines.push(`mkdir -p ${quote(path.replace(/\/[^/]*$/, '') || '/')}`, made.render);
  }
  const [program = '', ...rest] = plain.command;
  const script = random.pick(['/entrypoint.sh', '/usr/local/bin/docker-entrypoint.sh', '/opt/app/start']);
  const direct = random.chance(0.5);
  lines.push(random.pick(['', 'echo starting >&2', '[ "$#" -ge 0 ] || exit 3']));
  lines.push(direct ? 'exec "$@"' : `set -- ${quote(program)} "$@"\nexec "$@"`);
  files[script] = { mode: '755', text: `${lines.join('\n')}\n` };
  return { ...plain, env, files, command: [script, ...(direct ? plain.command : rest)] };
}

interface Template {
  text: string;
  env: Record<string, string>;
  /** The shell command that makes the file from its template. */
  render: string;
}

/** Numbers of more than two digits become variables or marks, filled in by envsubst or sed. */
function template(random: Random, path: string, text: string, from: number): Template {
  const env: Record<string, string> = {};
  const bySed = random.chance(0.5);
  const marked = text.replace(/(?<![\w.:-])\d{3,5}(?![\w.:-])/g, (number) => {
    if (random.chance(0.4)) return number;
    const name = `VALUE_${from + Object.keys(env).length}`;
    env[name] = number;
    return bySed ? `@${name}@` : `\${${name}}`;
  });
  const names = Object.keys(env);
  const source = quote(`/templates${path}`);
  const target = quote(path);
  if (names.length === 0) return { text, env, render: `cp ${source} ${target}` };
  const render = bySed
    ? `sed ${names.map((name) => `-e "s/@${name}@/$${name}/g"`).join(' ')} ${source} > ${target}`
    : `envsubst ${quote(names.map((name) => `$${name}`).join(' '))} < ${source} > ${target}`;
  return { text: marked, env, render };
}
