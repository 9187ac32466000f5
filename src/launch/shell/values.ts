import { isUnknown } from '../../model/unknown.ts';
import { unknownText } from '../texts.ts';
import { ArithmeticError, type ArithmeticVariables, evaluateArithmetic, type Value } from './arithmetic.ts';
import type { Shell } from './shell.ts';
import { type Elements, elementsOf } from './variables.ts';

/** What a parameter holds: one text, several (`$@`, `${a[@]}`), or nothing. */
export type ParameterValue = { text: string } | { list: readonly string[]; star: boolean } | undefined;

/** The value of a parameter without operation; `index` as it stands between the brackets, expanded. */
export function parameterValue(shell: Shell, name: string, index?: string): ParameterValue {
  if (name === '@' || name === '*') return { list: shell.positional, star: name === '*' };
  const special = index === undefined ? specialParameter(shell, name) : undefined;
  if (special !== undefined) return { text: special };
  const variable = shell.vars.get(name);
  const value = variable?.value ?? specialArray(shell, name) ?? computedVariable(shell, name);
  if (value === undefined ? variable === undefined : value === '' && variable?.exported) shell.world.lacks++;
  if (index === '@' || index === '*') {
    const items =
      typeof value === 'object'
        ? elementsOf(value).map(([, item]) => item)
        : value === undefined
          ? []
          : [value];
    return { list: items, star: index === '*' };
  }
  const text = index === undefined ? firstText(value) : elementText(shell, name, value, index);
  return text === undefined ? undefined : { text };
}

function firstText(value: string | Elements | undefined): string | undefined {
  return typeof value === 'object' ? value.items.get('0') : value;
}

function elementText(
  shell: Shell,
  name: string,
  value: string | Elements | undefined,
  index: string,
): string | undefined {
  if (isUnknown(index)) return unknownText(`${name}[${index}]`);
  const key = elementKey(shell, name, index, value);
  if (typeof value !== 'object') return key === '0' ? value : undefined;
  return value.items.get(key);
}

/** The key that an index means: itself in an associative array, else a number; negative ones count from the end. */
export function elementKey(
  shell: Shell,
  name: string,
  index: string,
  value: string | Elements | undefined = shell.vars.get(name)?.value,
): string {
  const kind = typeof value === 'object' ? value.kind : shell.vars.get(name)?.kind;
  if (kind === 'associative') return index;
  const number = evaluateText(shell, index);
  if (number === undefined) return index;
  if (number >= 0n) return String(number);
  const last = typeof value === 'object' ? Math.max(-1, ...[...value.items.keys()].map(Number)) : 0;
  return String(BigInt(last) + 1n + number);
}

function specialParameter(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '#':
      return String(shell.positional.length);
    case '?':
      return shell.status === undefined ? unknownText('$?') : String(shell.status);
    case '-':
      return [...shell.options].filter((option) => option.length === 1).join('');
    case '$':
      return shell.pid;
    case '!':
      return shell.lastJob;
    case '0':
      return shell.name;
    default:
      return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : undefined;
  }
}

/** Variables that have another value each time, or that the shell's state gives. */
function computedVariable(shell: Shell, name: string): string | undefined {
  if (name === 'LINENO') return String(shell.line);
  if (name === 'PPID') return shell.first ? '0' : unknownText('$PPID');
  if (shell.dialect === 'dash') return undefined;
  if (/^(RANDOM|SRANDOM|SECONDS|EPOCHSECONDS|EPOCHREALTIME)$/.test(name)) return unknownText(`$${name}`);
  if (shell.dialect === 'ash') return undefined;
  if (name === 'BASHPID') return shell.pid;
  if (name === 'UID' || name === 'EUID')
    return shell.user.uid === undefined ? unknownText(`$${name}`) : String(shell.user.uid);
  return name === 'SHELLOPTS' || name === 'BASH_COMMAND' ? unknownText(`$${name}`) : undefined;
}

function specialArray(shell: Shell, name: string): Elements | undefined {
  if (shell.dialect !== 'bash') return undefined;
  const frames = [...shell.frames].reverse();
  if (name === 'FUNCNAME') {
    return shell.frames.length === 0
      ? undefined
      : indexed([...frames.map((frame) => frame.name), ...(shell.mainPath === undefined ? [] : ['main'])]);
  }
  if (name === 'PIPESTATUS') {
    return indexed(
      shell.pipe.map((status) => (status === undefined ? unknownText('PIPESTATUS') : String(status))),
    );
  }
  if (name === 'BASH_LINENO') return indexed([...frames.map((frame) => String(frame.line)), '0']);
  if (name !== 'BASH_SOURCE') return undefined;
  const main = shell.mainPath;
  const paths = frames.map((frame) => frame.unit.path);
  return indexed(main === undefined ? paths : [...paths, main]);
}

export function indexed(items: readonly string[]): Elements {
  return { kind: 'indexed', items: new Map(items.map((item, i) => [String(i), item])) };
}

/** Evaluates arithmetic text whose expansions are done. A wrong expression ends the shell, as in bash. */
export function evaluateText(shell: Shell, text: string): Value {
  shell.world.budget.spendOn(text.length);
  try {
    return evaluateArithmetic(text, variablesOf(shell));
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    shell.error(`${text}: ${error.message}`);
    return shell.exit(1);
  }
}

function variablesOf(shell: Shell): ArithmeticVariables {
  return {
    read(name, index) {
      shell.world.budget.spend();
      const value = parameterValue(shell, name, index);
      return value && 'text' in value ? value.text : '';
    },
    write(name, index, value) {
      if (index === undefined) shell.vars.set(name, value);
      else shell.vars.setElement(name, elementKey(shell, name, index), value);
    },
  };
}
