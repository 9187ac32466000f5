import type { Assignment } from 'unbash';
import type { Status } from '../../texts.ts';
import { assign, assignText } from '../assign.ts';
import { quoteForShell } from '../quoting.ts';
import type { Shell } from '../shell.ts';
import { elementsOf, isName, type Variable } from '../variables.ts';

/** A command whose arguments may be assignments. */
export type Declaration = (shell: Shell, name: string, items: readonly (string | Assignment)[]) => Status;

interface Flags {
  attributes: Partial<Variable>;
  kind: 'indexed' | 'associative' | undefined;
  global: boolean;
  functions: boolean;
  print: boolean;
  reference: boolean;
}

/** `export`, `readonly`, `local`, `declare`, `typeset`. */
export const declare: Declaration = (shell, command, items) => {
  const { flags, rest } = readFlags(shell, command, items);
  if (flags === undefined) return 2;
  if (flags.functions) return declareFunctions(shell, rest);
  if (flags.print && command !== 'export') return printVariables(shell, rest);
  const isLocal = command === 'local' || (command !== 'export' && command !== 'readonly' && !flags.global);
  if (command === 'local' && !shell.vars.inFunction) {
    shell.error('local: can only be used in a function');
    return 1;
  }
  for (const item of rest) {
    const done =
      typeof item === 'string'
        ? fromText(shell, item, flags, isLocal)
        : fromAssignment(shell, item, flags, isLocal);
    if (!done) return 1;
  }
  return 0;
};

function readFlags(
  shell: Shell,
  command: string,
  items: readonly (string | Assignment)[],
): { flags: Flags | undefined; rest: readonly (string | Assignment)[] } {
  const flags: Flags = {
    attributes: command === 'export' ? { exported: true } : command === 'readonly' ? { readonly: true } : {},
    kind: undefined,
    global: false,
    functions: false,
    print: false,
    reference: false,
  };
  let at = 0;
  for (; at < items.length; at++) {
    const item = items[at];
    if (typeof item !== 'string' || !/^[-+]\w|^--$/.test(item)) break;
    if (item === '--') {
      at++;
      break;
    }
    // dash has no options here but -p.
    if (shell.dialect === 'dash' && item !== '-p') return { flags: undefined, rest: [] };
    for (const letter of item.slice(1)) readFlag(flags, letter, item.startsWith('+'), command);
  }
  return { flags, rest: items.slice(at) };
}

function readFlag(flags: Flags, letter: string, removes: boolean, command: string): void {
  const { attributes } = flags;
  if (letter === 'x' || (letter === 'n' && command === 'export'))
    attributes.exported = !(removes || letter === 'n');
  else if (letter === 'n') flags.reference = !removes;
  else if (letter === 'r') attributes.readonly = true;
  else if (letter === 'i') attributes.integer = !removes;
  else if (letter === 'u') attributes.letters = 'upper';
  else if (letter === 'l') attributes.letters = 'lower';
  else if (letter === 'a') flags.kind = 'indexed';
  else if (letter === 'A') flags.kind = 'associative';
  else if (letter === 'g') flags.global = true;
  else if (letter === 'f' || letter === 'F') flags.functions = true;
  else if (letter === 'p') flags.print = true;
}

/** `declare -F name` asks whether there is such a function; `export -f name` changes nothing that matters. */
function declareFunctions(shell: Shell, items: readonly (string | Assignment)[]): Status {
  const names = items.filter((item): item is string => typeof item === 'string');
  for (const name of names) if (shell.functions.has(name)) shell.io.out.write(`${name}\n`);
  return names.every((name) => shell.functions.has(name)) ? 0 : 1;
}

function printVariables(shell: Shell, items: readonly (string | Assignment)[]): Status {
  let status = 0;
  for (const item of items) {
    const name = typeof item === 'string' ? item : item.name;
    const variable = shell.vars.get(name);
    if (variable === undefined) status = 1;
    else shell.io.out.write(`${describe(name, variable)}\n`);
  }
  return status;
}

function describe(name: string, { value, exported, readonly, integer }: Variable): string {
  const isArray = typeof value === 'object';
  const array = isArray ? (value.kind === 'indexed' ? 'a' : 'A') : '';
  const letters = array + (integer ? 'i' : '') + (readonly ? 'r' : '') + (exported ? 'x' : '');
  const double = (text: string) =>
    /[\0-\x1f]/.test(text) ? quoteForShell(text) : `"${text.replace(/["\\$`]/g, '\\$&')}"`;
  const shown = isArray
    ? `=(${elementsOf(value)
        .map(([key, item]) => `[${key}]=${double(item)}`)
        .join(' ')}${value.kind === 'associative' ? ' ' : ''})`
    : value === undefined
      ? ''
      : `=${double(value)}`;
  return `declare -${letters || '-'} ${name}${shown}`;
}

function fromText(shell: Shell, item: string, flags: Flags, isLocal: boolean): boolean {
  const [, name = '', append, value] = /^([^=+]*)(?:(\+?)=(.*))?$/s.exec(item) ?? [];
  if (!isName(name)) {
    const [base = ''] = name.split('[');
    if (isName(base) && name.endsWith(']'))
      return fromText(shell, base, { ...flags, kind: flags.kind ?? 'indexed' }, isLocal);
    shell.error(`${item}: not a valid identifier`);
    return false;
  }
  prepare(shell, name, flags, isLocal);
  if (value === undefined) return finish(shell, name, flags);
  if (flags.reference) return finish(shell, name, flags, value);
  const done = assignText(shell, name, value, append === '+');
  return done ? finish(shell, name, flags) : false;
}

function fromAssignment(shell: Shell, assignment: Assignment, flags: Flags, isLocal: boolean): boolean {
  const { name, value } = assignment;
  if (flags.reference && value.type === 'Word') {
    const target = shell.evaluateWord(value);
    prepare(shell, name, flags, isLocal);
    return finish(shell, name, flags, target);
  }
  if (flags.global && shell.vars.inFunction) return assignGlobal(shell, assignment, flags);
  // The value is worked out before the name becomes local: `local x="$x"`.
  const text =
    value.type === 'Word' && assignment.index === undefined ? shell.evaluateWord(value) : undefined;
  const keeps = assignment.append === true;
  prepare(shell, name, flags, isLocal, keeps);
  const done =
    text === undefined ? assign(shell, assignment, flags.kind) : assignText(shell, name, text, keeps);
  return done ? finish(shell, name, flags) : false;
}

/** `declare -g`: assigned as if outside of all functions. */
function assignGlobal(shell: Shell, assignment: Assignment, flags: Flags): boolean {
  const { name } = assignment;
  const before = shell.vars.own(name);
  const done = assign(shell, assignment, flags.kind);
  shell.vars.declare(name, flags.attributes);
  const variable = shell.vars.own(name);
  if (variable && shell.vars.isLocal(name)) {
    shell.vars.restore(name, before);
    shell.vars.setGlobal(name, variable);
  }
  return done;
}

function prepare(shell: Shell, name: string, flags: Flags, isLocal: boolean, keeps = false): void {
  if (isLocal) shell.vars.local(name, keeps || shell.dialect !== 'bash');
  const { integer, letters } = flags.attributes;
  if (integer !== undefined) shell.vars.declare(name, { integer });
  if (letters !== undefined) shell.vars.declare(name, { letters });
  const value = shell.vars.own(name)?.value;
  if (flags.kind === undefined || typeof value === 'object') return;
  const elements = value === undefined ? undefined : { kind: flags.kind, items: new Map([['0', value]]) };
  shell.vars.declare(name, { kind: flags.kind, value: elements });
}

function finish(shell: Shell, name: string, flags: Flags, reference?: string): boolean {
  if (reference !== undefined) shell.vars.declare(name, { ...flags.attributes, reference, value: undefined });
  else shell.vars.declare(name, flags.attributes);
  return true;
}

export const declarations: ReadonlyMap<string, Declaration> = new Map([
  ['export', declare],
  ['readonly', declare],
  ['local', declare],
  ['declare', declare],
  ['typeset', declare],
]);
