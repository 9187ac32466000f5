import { isUnknown } from '../../model/unknown.ts';
import { evaluate, type Names } from '../../pack/expressions.ts';
import type { ConfigNode } from '../../syntax/tree.ts';
import { placeOf, Refusal } from '../reasons.ts';
import { nested } from '../scope.ts';
import { type Resolved, type VariableNames, type VariableRules, variableNames } from './names.ts';

/** Lines of files and arguments, each under the name of the variable that it sets and with its value worked out. */
export class VariableLines {
  readonly #rules: VariableRules;
  readonly #names: VariableNames;
  readonly #scope: Names;

  constructor(rules: VariableRules, scope: Names) {
    this.#rules = rules;
    this.#names = variableNames(rules);
    this.#scope = scope;
  }

  /** Undefined where the line sets nothing; lines of other forms stay. Throws Refusal where the program refuses it. */
  read(line: ConfigNode): ConfigNode | undefined {
    if ((line.form !== 'option' && line.form !== 'bare') || isUnknown(line.name)) return line;
    const resolved = this.#names.resolve(line.name);
    const { name, candidates, isLoose } = resolved;
    if (candidates.length > 1) refuse(line, `may be any of ${candidates.join(', ')}`);
    if (candidates.length === 0) {
      if (this.#isKnown(name)) return { ...line, name };
      return isLoose ? undefined : refuse(line, 'is unknown');
    }
    try {
      if (line.args[0] === '' && isNumber(resolved.takes) && !this.#rules.forgiving) refuse(line, 'is empty');
      const args = argumentsOf(line, resolved);
      return args === undefined ? undefined : { ...line, name, args };
    } catch (error) {
      if (isLoose && this.#rules.forgiving && error instanceof Refusal) return undefined;
      throw error;
    }
  }

  /** Whether the program has a variable of which no list tells. */
  #isKnown(name: string): boolean {
    const { unlisted } = this.#rules;
    return unlisted !== undefined && evaluate(unlisted, nested(this.#scope, { name })) === true;
  }
}

/** The variable's value as one argument, none where it is given none; undefined where the line does not set it. */
function argumentsOf(line: ConfigNode, { takes, prefix }: Resolved): string[] | undefined {
  if (prefix === 'maximum' || prefix === 'autoset') {
    if (takes !== 'number' && takes !== 'maybeNumber') refuse(line, `can not be set by ${prefix}`);
    return undefined;
  }
  const value = turned(line.args[0], prefix);
  if (value !== undefined && isUnknown(value)) return [value];
  switch (takes) {
    case 'boolean':
      return [value === undefined || /^(1.*|true|on)$/i.test(value) ? '1' : '0'];
    case 'nothing':
      return value === undefined || prefix !== undefined ? [] : refuse(line, 'takes no value');
    case 'number':
    case 'maybeNumber':
      return value === undefined ? withoutValue(line, takes) : [wholeNumber(line, value)];
    case 'decimal':
      return value !== undefined && decimal.test(value) ? [value] : refuse(line, 'is no number');
    case 'text':
    case 'maybeText':
      if (prefix !== undefined) return value === '1' ? undefined : ['0'];
      return value === undefined ? withoutValue(line, takes) : [value];
    default:
      return line.args;
  }
}

function isNumber(takes: Resolved['takes']): boolean {
  return takes === 'number' || takes === 'maybeNumber' || takes === 'decimal';
}

/** A prefix sets 1 or 0; before a 0 it sets the other. */
function turned(value: string | undefined, prefix: Resolved['prefix']): string | undefined {
  if (prefix === undefined) return value;
  return (prefix === 'enable') === (value !== '0') ? '1' : '0';
}

function withoutValue(line: ConfigNode, takes: 'number' | 'maybeNumber' | 'text' | 'maybeText'): string[] {
  return takes.startsWith('maybe') ? [] : refuse(line, 'needs a value');
}

const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const units = 'KMGTPE';
const most = 10n ** 18n - 1n;

/** strtoll(3), then a unit, behind which nothing is looked at. */
function wholeNumber(line: ConfigNode, text: string): string {
  const [, sign = '', digits = '', unit = ''] = /^\s*([+-]?)(\d*)(.?)/s.exec(text) ?? [];
  const power = units.indexOf(unit.toUpperCase());
  if (power < 0 && unit !== '') refuse(line, `can not be "${text}"`);
  if (digits.length > 19) refuse(line, 'is out of range');
  const number = BigInt(digits || '0') * 1024n ** BigInt(unit === '' ? 0 : power + 1);
  return `${sign === '-' ? '-' : ''}${number > most ? most : number}`;
}

function refuse({ name, at }: ConfigNode, why: string): never {
  throw new Refusal(`"${name}" ${why}${placeOf(at)}`);
}
