import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import { isEmptyText, knownParts, unknownText } from '../texts.ts';
import { findPattern, hasMagic, matchEnd, matchesPattern, matchStart, unquotePattern } from './patterns.ts';
import { quoteForShell } from './quoting.ts';
import type { Shell } from './shell.ts';
import { elementKey, evaluateText, type ParameterValue, parameterValue } from './values.ts';
import { elementsOf } from './variables.ts';

/** How operands inside `${…}` are expanded. */
export interface Operands {
  text(shell: Shell, word: Word): string;
  pattern(shell: Shell, word: Word): string;
  /** The right side of `${v/pattern/…}`: quoted `&` and backslash have a backslash. */
  replacement(shell: Shell, word: Word): string;
}

/** The outcome of an expansion; `operand`: this word stands in its place, with the quoting around it. */
export type Expanded = NonNullable<ParameterValue> | { operand: Word } | undefined;

/** Expands `${…}`. Undefined: nothing, where the parameter is not set. */
export function expandParameter(shell: Shell, part: ParameterExpansionPart, operands: Operands): Expanded {
  const { operation, prefix } = part;
  if (operation?.type === 'Names')
    return { list: namesWith(shell, part.parameter), star: operation.operator === '*' };
  const index = part.index && operands.text(shell, part.index);
  if (prefix === '!' && (index === '@' || index === '*'))
    return { list: keysOf(shell, part.parameter), star: false };
  const target = prefix === '!' ? indirect(shell, part.parameter, index) : { name: part.parameter, index };
  if (target === undefined) return { text: unknownText(part.text) };
  const value = target.name === '' ? undefined : parameterValue(shell, target.name, target.index);
  if (prefix === '#') return { text: lengthOf(shell, part, value) };
  if (operation === undefined) return value ?? unset(shell, part);
  if (operation.type === 'Default') return withDefault(shell, part, operation, value, target, operands);
  if (operation.type === 'Unknown') return badSubstitution(shell, part);
  const set = value ?? unset(shell, part);
  return set && operate(shell, part, operation, set, operands);
}

/** `set -u` makes a parameter that is not set an error. */
function unset(shell: Shell, { parameter }: { parameter: string }): undefined {
  if (shell.has('u') && parameter !== '@' && parameter !== '*') {
    shell.error(`${parameter}: unbound variable`);
    shell.exit(shell.fatal);
  }
  return undefined;
}

/** The value of a plain `$name`. */
export function simpleParameter(shell: Shell, name: string): ParameterValue {
  return parameterValue(shell, name) ?? unset(shell, { parameter: name });
}

function badSubstitution(shell: Shell, { text }: { text: string }): never {
  shell.error(`${text}: bad substitution`);
  return shell.exit(shell.fatal);
}

function namesWith(shell: Shell, prefix: string): string[] {
  return shell.vars.names.filter((name) => name.startsWith(prefix)).sort();
}

function keysOf(shell: Shell, name: string): string[] {
  const value = shell.vars.get(name)?.value;
  if (typeof value === 'object') return elementsOf(value).map(([key]) => key);
  return value === undefined ? [] : ['0'];
}

/** The parameter that `${!name}` means; undefined when that can't be known. */
function indirect(
  shell: Shell,
  name: string,
  index: string | undefined,
): { name: string; index: string | undefined } | undefined {
  const own = shell.vars.own(name);
  if (own?.reference !== undefined) return { name: '', index: undefined };
  const value = parameterValue(shell, name, index);
  const text = value && 'text' in value ? value.text : '';
  if (isUnknown(text)) return undefined;
  const [, base = '', key] = /^(\w+|[@*#?$!-])(?:\[(.*)\])?$/s.exec(text) ?? [];
  return { name: base, index: key };
}

function lengthOf(shell: Shell, part: ParameterExpansionPart, value: ParameterValue): string {
  if (value === undefined) {
    unset(shell, part);
    return '0';
  }
  if ('list' in value) {
    const isEmpty = value.list.length === 0 && shell.vars.get(part.parameter)?.value === undefined;
    if (isEmpty) unset(shell, part);
    return String(value.list.length);
  }
  return isUnknown(value.text) ? unknownText(part.text) : String([...value.text].length);
}

type Default = Extract<ParameterOperation, { type: 'Default' }>;

function withDefault(
  shell: Shell,
  part: ParameterExpansionPart,
  { operator, operand }: Default,
  value: ParameterValue,
  target: { name: string; index: string | undefined },
  operands: Operands,
): Expanded {
  const isNull = operator.startsWith(':') ? isNothing(value) : value === undefined;
  const action = operator.at(-1);
  if (action === '+') {
    if (isNull === undefined) return { text: unknownText(part.text) };
    return isNull ? undefined : { operand };
  }
  if (!isNull) return value;
  if (action === '-') return { operand };
  const text = operands.text(shell, operand);
  if (action === '=') {
    if (target.index === undefined) shell.vars.set(target.name, text);
    else shell.vars.setElement(target.name, elementKey(shell, target.name, target.index), text);
    return { text };
  }
  shell.error(`${part.parameter}: ${text || 'parameter null or not set'}`);
  return shell.exit(shell.fatal);
}

/** Whether a parameter counts as null for the operators with a colon; undefined where that can't be known. */
function isNothing(value: ParameterValue): boolean | undefined {
  if (value === undefined) return true;
  if ('text' in value) return isEmptyText(value.text);
  return value.list.length === 0 || (value.list.length === 1 && value.list[0] === '');
}

type Operation = Exclude<ParameterOperation, { type: 'Default' | 'Names' | 'Unknown' }>;

function operate(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Operation,
  value: NonNullable<ParameterValue>,
  operands: Operands,
): NonNullable<ParameterValue> {
  if (shell.dialect === 'dash' && operation.type !== 'Remove') return badSubstitution(shell, part);
  if (operation.type === 'Slice') return slice(shell, part, operation, value, operands);
  const change = changer(shell, part, operation, operands);
  const budgeted = (text: string) => {
    shell.world.budget.spendOn(text.length * 4);
    return change(text);
  };
  if ('text' in value) return { text: budgeted(value.text) };
  return { list: value.list.map(budgeted), star: value.star };
}

function changer(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Exclude<Operation, { type: 'Slice' }>,
  operands: Operands,
): (text: string) => string {
  const lost = unknownText(part.text);
  switch (operation.type) {
    case 'Remove': {
      const pattern = operands.pattern(shell, operation.operand);
      return (text) => removePart(text, operation.operator, pattern) ?? lost;
    }
    case 'Replace': {
      const pattern = operands.pattern(shell, operation.pattern);
      const replacement =
        shell.dialect === 'bash'
          ? operands.replacement(shell, operation.replacement)
          : quoteReplacement(operands.text(shell, operation.replacement));
      return (text) =>
        isUnknown(text + pattern) ? lost : replace(text, operation.operator, pattern, replacement);
    }
    case 'CaseModification': {
      const pattern = operation.operand && operands.pattern(shell, operation.operand);
      return (text) => (isUnknown(text) ? lost : changeCase(text, operation.operator, pattern));
    }
    case 'Transform': {
      const letter = operands.text(shell, operation.operand);
      return (text) => (isUnknown(text) ? lost : (transform(text, letter) ?? lost));
    }
  }
}

/** `#`, `##`, `%`, `%%`; undefined where unknown parts decide. */
function removePart(text: string, operator: string, pattern: string): string | undefined {
  const atStart = operator.startsWith('#');
  if (isUnknown(pattern)) return undefined;
  if (isUnknown(text)) return removeFromUnknown(text, atStart, operator.length === 2, pattern);
  const longest = operator.length === 2;
  if (atStart) return text.slice(matchStart(pattern, text, longest) ?? 0);
  return text.slice(0, matchEnd(pattern, text, longest) ?? text.length);
}

function removeFromUnknown(
  text: string,
  atStart: boolean,
  longest: boolean,
  pattern: string,
): string | undefined {
  const parts = knownParts(text);
  const known = (atStart ? parts[0] : parts.at(-1)) ?? '';
  if (longest && hasMagic(pattern)) return undefined;
  const at = atStart ? matchStart(pattern, known, false) : matchEnd(pattern, known, false);
  if (at !== undefined) return atStart ? text.slice(at) : text.slice(0, text.length - known.length + at);
  const isLiteral = !hasMagic(pattern);
  const literal = unquotePattern(pattern);
  const decided = isLiteral && !(atStart ? literal.startsWith(known) : literal.endsWith(known));
  return decided ? text : undefined;
}

/** A text that stands for itself in a replacement. */
export function quoteReplacement(text: string): string {
  return text.replace(/[\\&]/g, '\\$&');
}

/** Since version 5.2 bash puts the match where an unquoted `&` stands. */
function filled(replacement: string, match: string): string {
  return replacement.replace(/\\([\\&])|&/g, (whole, quoted) => (whole === '&' ? match : quoted));
}

function replace(text: string, operator: string, pattern: string, replacement: string): string {
  if (operator === '/#') {
    const end = matchStart(pattern, text, true);
    return end === undefined ? text : filled(replacement, text.slice(0, end)) + text.slice(end);
  }
  if (operator === '/%') {
    const start = matchEnd(pattern, text, true);
    return start === undefined ? text : text.slice(0, start) + filled(replacement, text.slice(start));
  }
  let out = '';
  let from = 0;
  for (let match = findPattern(pattern, text, 0); match; match = findPattern(pattern, text, from)) {
    if (match.end === match.start) break;
    out += text.slice(from, match.start) + filled(replacement, text.slice(match.start, match.end));
    from = match.end;
    if (operator === '/' || from >= text.length || out.length > 4 * 1024 * 1024) break;
  }
  return out + text.slice(from);
}

function changeCase(text: string, operator: string, pattern: string | undefined): string {
  const change = (char: string) => {
    if (pattern !== undefined && pattern !== '' && matchesPattern(pattern, char) !== true) return char;
    return operator.startsWith('^') ? char.toUpperCase() : char.toLowerCase();
  };
  const chars = [...text];
  return chars.map((char, i) => (operator.length === 2 || i === 0 ? change(char) : char)).join('');
}

function transform(text: string, letter: string): string | undefined {
  switch (letter) {
    case 'Q':
      return quoteForShell(text);
    case 'U':
      return text.toUpperCase();
    case 'u':
      return text.slice(0, 1).toUpperCase() + text.slice(1);
    case 'L':
      return text.toLowerCase();
    default:
      return undefined;
  }
}

type Slice = Extract<ParameterOperation, { type: 'Slice' }>;

/** `${v:offset:length}`; of a list its elements, where `$@` counts from `$0`. */
function slice(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Slice,
  value: NonNullable<ParameterValue>,
  operands: Operands,
): NonNullable<ParameterValue> {
  const offset = evaluateText(shell, operands.text(shell, operation.offset));
  const length = operation.length && evaluateText(shell, operands.text(shell, operation.length));
  if (offset === undefined || (operation.length && length === undefined))
    return { text: unknownText(part.text) };
  const [from, count] = [Number(offset), length === undefined ? undefined : Number(length)];
  if ('list' in value) {
    const isPositional = part.parameter === '@' || part.parameter === '*';
    const items = isPositional ? [shell.name, ...value.list] : value.list;
    return { list: cut(items, from, count), star: value.star };
  }
  if (isUnknown(value.text)) {
    const start = knownParts(value.text)[0] ?? '';
    const inside = from >= 0 && count !== undefined && count >= 0 && from + count <= start.length;
    return { text: inside ? start.slice(from, from + count) : unknownText(part.text) };
  }
  return { text: cut([...value.text], from, count).join('') };
}

function cut<T>(items: readonly T[], from: number, count: number | undefined): T[] {
  const start = from < 0 ? items.length + from : from;
  if (start < 0) return [];
  const end = count === undefined ? items.length : count < 0 ? items.length + count : start + count;
  return items.slice(start, Math.max(start, end));
}
