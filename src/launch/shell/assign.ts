import type { ArrayValue, Assignment } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import { Halt } from '../jumps.ts';
import { launchLimits } from '../limits.ts';
import type { Shell } from './shell.ts';
import { elementKey, evaluateText, indexed } from './values.ts';
import type { Elements } from './variables.ts';
import { expandText, expandWords } from './words.ts';

/** Carries out `name=value`, `name+=value`, `name[i]=value`, `name=(…)`. False when the variable is read-only. */
export function assign(shell: Shell, assignment: Assignment, kind?: Elements['kind']): boolean {
  shell.world.budget.spend();
  const { name, value, index, append } = assignment;
  const done =
    value.type === 'ArrayValue'
      ? shell.vars.set(name, arrayOf(shell, name, value, append === true, kind))
      : index !== undefined
        ? assignElement(
            shell,
            name,
            expandText(shell, index),
            expandText(shell, value, true),
            append === true,
          )
        : assignText(shell, name, expandText(shell, value, true), append === true);
  if (!done) shell.error(`${name}: readonly variable`);
  return done;
}

export function assignText(shell: Shell, name: string, text: string, append: boolean): boolean {
  const before = shell.vars.get(name);
  const isInteger = before?.integer === true;
  const old = append ? (shell.vars.text(name) ?? '') : '';
  shell.world.budget.spendOn(old.length + text.length);
  if (!isInteger) return shell.vars.set(name, old + text);
  const value = isUnknown(text) ? text : evaluateText(shell, append ? `(${old || 0})+(${text})` : text);
  return shell.vars.set(name, value === undefined ? text : String(value));
}

function assignElement(shell: Shell, name: string, index: string, text: string, append: boolean): boolean {
  const value = shell.vars.get(name)?.value;
  const key = elementKey(shell, name, index);
  const old = append && typeof value === 'object' ? (value.items.get(key) ?? '') : '';
  if (typeof value === 'object') limitElements(shell, value.items.size);
  return shell.vars.setElement(name, key, old + text);
}

function limitElements(shell: Shell, size: number): void {
  shell.world.budget.spend(size / 8);
  if (size > launchLimits.words) throw new Halt('an array has too many elements');
}

function arrayOf(
  shell: Shell,
  name: string,
  { elements }: ArrayValue,
  append: boolean,
  kind: Elements['kind'] | undefined,
): Elements {
  const variable = shell.vars.get(name);
  const before = variable?.value;
  const own = typeof before === 'object' ? before.kind : variable?.kind;
  const isAssociative = (kind ?? own) === 'associative';
  const start: Elements = !append
    ? { kind: isAssociative ? 'associative' : 'indexed', items: new Map() }
    : typeof before === 'object'
      ? before
      : indexed(before === undefined ? [] : [before]);
  const items = new Map(start.items);
  let next = Math.max(-1, ...[...items.keys()].map(Number).filter(Number.isFinite)) + 1;
  for (const element of elements) {
    const keyed = /^\[((?:[^\]\\]|\\.)*)\]=/s.exec(element.text);
    if (keyed) {
      const [key = '', value = ''] = keyedElement(shell, element.text, keyed[0].length);
      const at = isAssociative ? key : elementKey(shell, name, key, start);
      items.set(at, value);
      next = Number(at) + 1;
      continue;
    }
    for (const word of expandWords(shell, [element])) items.set(String(next++), word);
    limitElements(shell, items.size);
  }
  return { kind: start.kind, items };
}

/** Key and value of `[key]=value`, each expanded as an assignment's. */
function keyedElement(shell: Shell, text: string, length: number): string[] {
  const key = shell.scripts.words(text.slice(1, length - 2).replace(/[ \t]/g, '\\$&'));
  const value = shell.scripts.words(text.slice(length));
  return [key, value].map((words) => words.map((word) => expandText(shell, word, true)).join(' '));
}
