import type { TestExpression, Word } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import { posixRegex, quoteRegex } from '../regex.ts';
import { withNumber } from '../texts.ts';
import {
  fileComparison,
  isNumeric,
  not,
  numericTest,
  type TestContext,
  type Truth,
  unaryTest,
} from '../tools/test.ts';
import { FieldMaker } from './fields.ts';
import { matchesPatternCase } from './patterns.ts';
import type { Shell } from './shell.ts';
import { evaluateText, indexed, parameterValue } from './values.ts';
import { expandPattern, expandText, expandWordInto } from './words.ts';

/** `[[ … ]]`: operands are not split, `==` matches a pattern, `=~` a regular expression. */
export function evaluateTestExpression(shell: Shell, expression: TestExpression): Truth {
  shell.world.budget.spend();
  switch (expression.type) {
    case 'TestLogical':
      return logical(shell, expression.operator, expression.operands);
    case 'TestNot': {
      const truth = evaluateTestExpression(shell, expression.operand);
      return expression.negations.length % 2 === 0 ? truth : not(truth);
    }
    case 'TestGroup':
      return evaluateTestExpression(shell, expression.expression);
    case 'TestUnary':
      return unaryTest(expression.operator, expandText(shell, expression.operand), testContext(shell));
    case 'TestBinary':
      return binary(shell, expression.operator, expression.left, expression.right);
  }
}

function logical(shell: Shell, operator: '&&' | '||', operands: readonly TestExpression[]): Truth {
  const decisive = operator === '||';
  let unknown = false;
  for (const operand of operands) {
    const truth = evaluateTestExpression(shell, operand);
    if (truth === decisive) return decisive;
    unknown ||= truth === undefined;
  }
  return unknown ? undefined : !decisive;
}

function binary(shell: Shell, operator: string, leftWord: Word, rightWord: Word): Truth {
  const left = expandText(shell, leftWord);
  if (operator === '=' || operator === '==' || operator === '!=') {
    shell.world.budget.spendOn(left.length);
    const truth = matchesPatternCase(expandPattern(shell, rightWord), left, shell.has('nocasematch'));
    return operator === '!=' ? not(truth) : truth;
  }
  if (operator === '=~') return matchRegex(shell, left, rightWord);
  const right = expandText(shell, rightWord);
  if (isNumeric(operator))
    return numericTest(
      operator,
      evaluateText(shell, withNumber(left)),
      evaluateText(shell, withNumber(right)),
    );
  if (operator === '<' || operator === '>') {
    if (isUnknown(left) || isUnknown(right)) return undefined;
    return operator === '<' ? left < right : left > right;
  }
  return fileComparison(operator, left, right, testContext(shell));
}

function matchRegex(shell: Shell, text: string, word: Word): Truth {
  const left = withNumber(text);
  const maker = new FieldMaker(undefined, quoteRegex);
  expandWordInto(shell, maker, word);
  const pattern = maker.finish()[0]?.pattern ?? '';
  if (isUnknown(left) || isUnknown(pattern)) return undefined;
  const regex = posixRegex('extended', pattern, { ignoreCase: shell.has('nocasematch') });
  if (regex === undefined) return undefined;
  shell.world.budget.spendOn(left.length * 4);
  const match = regex.find(left);
  shell.vars.set('BASH_REMATCH', indexed(match?.groups ?? []));
  return match !== undefined;
}

/** How tests see files and variables from a shell. */
export function testContext(shell: Shell): TestContext {
  const { world } = shell;
  const { files } = world;
  return {
    look(path) {
      const found = files.look(shell.path(path));
      if (found === 'missing') {
        world.lacks++;
        world.asks = true;
      }
      return found;
    },
    lookLink: (path) => files.lookLink(shell.path(path)),
    may: (path, right) => files.may(shell.path(path), shell.user, right),
    isVariable: (name) => isSet(shell, name),
    isOption: (name) => shell.has(name) || shell.has(name.slice(0, 1)),
  };
}

function isSet(shell: Shell, name: string): boolean {
  const [, base = '', index] = /^(\w+)(?:\[(.*)\])?$/s.exec(name) ?? [];
  const value = parameterValue(shell, base, index);
  return value !== undefined && (!('list' in value) || value.list.length > 0);
}
