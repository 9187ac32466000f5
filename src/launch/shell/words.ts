import type { HereDoc, ParameterExpansionPart, Word, WordPart } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import { Buffer } from '../io.ts';
import { unknownText } from '../texts.ts';
import { passwd } from '../users.ts';
import { expandBraces } from './braces.ts';
import { type Field, FieldMaker, isGlob } from './fields.ts';
import { globPaths } from './glob.ts';
import { expandParameter, type Operands, quoteReplacement, simpleParameter } from './parameters.ts';
import type { Shell } from './shell.ts';
import { evaluateText, type ParameterValue } from './values.ts';

/** How the parts of a word are read. */
interface Context {
  /** Inside double quotes. */
  quoted: boolean;
  /** An operand of `${…}`: its own text is split too. */
  operand?: boolean;
  /** A tilde at the start, and behind colons, is a home folder. */
  tilde?: 'start' | 'assignment';
}

const plain: Context = { quoted: false, tilde: 'start' };

/** Words of a command: expanded, split, and matched against file names. */
export function expandWords(shell: Shell, words: readonly Word[]): string[] {
  return words.flatMap((word) => expandWord(shell, word));
}

function expandWord(shell: Shell, word: Word): string[] {
  shell.world.budget.spend(1 + word.text.length / 64);
  const parts = word.parts;
  if (parts?.some(({ type }) => type === 'BraceExpansion') && shell.dialect === 'bash') {
    const texts = expandBraces(word.text);
    shell.world.budget.spend(texts.length);
    const isSame = texts.length === 1 && texts[0] === word.text;
    if (!isSame)
      return texts.flatMap((text) => shell.scripts.words(text)).flatMap((each) => expandWord(shell, each));
  }
  const maker = new FieldMaker(fieldSeparators(shell));
  addWord(shell, maker, word, plain);
  return maker.finish().flatMap((field) => fileNames(shell, field));
}

function fieldSeparators(shell: Shell): string {
  const ifs = shell.vars.text('IFS');
  return ifs === undefined || isUnknown(ifs) ? ' \t\n' : ifs;
}

/** A word as one text: the right side of an assignment, a redirection's target, a here-string. */
export function expandText(shell: Shell, word: Word, assignment = false): string {
  shell.world.budget.spend(1 + word.text.length / 64);
  const maker = new FieldMaker(undefined);
  addWord(shell, maker, word, { quoted: false, tilde: assignment ? 'assignment' : 'start' });
  return oneField(maker).text;
}

/** A word as a pattern: what is quoted in it matches itself only. */
export function expandPattern(shell: Shell, word: Word): string {
  shell.world.budget.spend(1 + word.text.length / 64);
  const maker = new FieldMaker(undefined);
  addWord(shell, maker, word, plain);
  return oneField(maker).pattern;
}

/** Adds a word's pieces to a field that is being made. */
export function expandWordInto(shell: Shell, maker: FieldMaker, word: Word): void {
  shell.world.budget.spend(1 + word.text.length / 64);
  addWord(shell, maker, word, plain);
}

function oneField(maker: FieldMaker): Field {
  return maker.finish()[0] ?? { text: '', pattern: '' };
}

/** The text of a here-document. */
export function expandHereDocument(shell: Shell, { operator, delimiter, body }: HereDoc): string {
  const untab = (text: string, first: boolean) =>
    operator === '<<-' ? text.replace(first ? /(^|\n)\t+/g : /(\n)\t+/g, '$1') : text;
  if (delimiter?.quoted || body.parts === undefined) {
    const isRaw = delimiter?.quoted || !/[\\$`]/.test(body.text);
    return untab(isRaw ? body.text : body.text.replace(/\\([\\$`])|\\\n/g, '$1'), true);
  }
  const maker = new FieldMaker(undefined);
  body.parts.forEach((part, index) => {
    if (part.type === 'Literal') maker.quoted(untab(part.value, index === 0));
    else addPart(shell, maker, part, { quoted: true });
  });
  return oneField(maker).text;
}

/** Text in which only `$`, backquotes and backslash are special: inside `$((…))`, or given by a program. */
export function expandString(shell: Shell, text: string): string {
  const maker = new FieldMaker(undefined);
  for (const part of shell.scripts.textParts(text)) addPart(shell, maker, part, { quoted: true });
  return oneField(maker).text;
}

/** The value of arithmetic text as it stands in a script; undefined where it can't be known. */
export function arithmetic(shell: Shell, text: string): bigint | undefined {
  return evaluateText(shell, expandString(shell, text));
}

const operands: Operands = {
  text: (shell, word) => {
    const maker = new FieldMaker(undefined);
    addWord(shell, maker, word, plain);
    return oneField(maker).text;
  },
  pattern: expandPattern,
  replacement: (shell, word) => {
    const maker = new FieldMaker(undefined, quoteReplacement);
    addWord(shell, maker, word, plain);
    return oneField(maker).pattern;
  },
};

function addWord(shell: Shell, maker: FieldMaker, word: Word, context: Context): void {
  const { parts } = word;
  if (parts === undefined) addLiteral(shell, maker, word.text, context, true);
  else {
    for (const [index, part] of parts.entries()) addPart(shell, maker, part, context, index === 0);
  }
}

function addPart(shell: Shell, maker: FieldMaker, part: WordPart, context: Context, first = false): void {
  switch (part.type) {
    case 'Literal':
      if (context.quoted) maker.quoted(part.value);
      else addLiteral(shell, maker, part.text, context, first);
      break;
    case 'SingleQuoted':
      maker.quoted(context.quoted ? part.text : part.value);
      break;
    case 'AnsiCQuoted':
      maker.quoted(shell.dialect === 'dash' ? `$${part.text.slice(2, -1)}` : part.value);
      break;
    case 'LocaleString':
    case 'DoubleQuoted':
      addQuoted(shell, maker, part.parts);
      break;
    case 'SimpleExpansion':
      addValue(shell, maker, simpleParameter(shell, part.text.slice(1)), context);
      break;
    case 'ParameterExpansion':
      addParameter(shell, maker, part, context);
      break;
    case 'CommandExpansion':
      addValue(shell, maker, { text: substitute(shell, part) }, context);
      break;
    case 'ArithmeticExpansion':
      addValue(shell, maker, { text: arithmeticText(shell, part.text) }, context);
      break;
    case 'ProcessSubstitution':
      maker.quoted(processSubstitution(shell, part));
      break;
    case 'Glob':
      addGlob(shell, maker, part, context);
      break;
    case 'ExtendedGlob':
      addExtendedGlob(shell, maker, part, context);
      break;
    case 'BraceExpansion':
      addLiteral(shell, maker, part.text, context, first);
      break;
  }
}

function addQuoted(shell: Shell, maker: FieldMaker, parts: readonly WordPart[]): void {
  const isList = parts.length === 1 && isEmptyList(shell, parts[0] as WordPart);
  if (!isList) maker.quoted('');
  for (const part of parts) addPart(shell, maker, part, { quoted: true });
}

/** Whether `"$@"` stands for no word at all. */
function isEmptyList(shell: Shell, part: WordPart): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$@' && shell.positional.length === 0;
  if (part.type !== 'ParameterExpansion') return false;
  if (part.parameter === '@' && part.operation === undefined && part.prefix === undefined) {
    return shell.positional.length === 0;
  }
  const isAll = part.parameter === '@' || part.index?.text === '@' || part.operation?.type === 'Names';
  if (!isAll || part.prefix === '#') return false;
  const value = expandParameter(shell, part, operands);
  return value === undefined || ('list' in value && value.list.length === 0);
}

function addParameter(shell: Shell, maker: FieldMaker, part: ParameterExpansionPart, context: Context): void {
  const value = expandParameter(shell, part, operands);
  if (value === undefined) return;
  if ('operand' in value) {
    addWord(shell, maker, value.operand, { ...context, operand: !context.quoted, tilde: 'start' });
  } else {
    addValue(shell, maker, value, context);
  }
}

function addValue(shell: Shell, maker: FieldMaker, value: ParameterValue, context: Context): void {
  if (value === undefined) return;
  const add = (text: string) => (context.quoted ? maker.quoted(text) : maker.expanded(text));
  if ('text' in value) {
    add(value.text);
    return;
  }
  shell.world.budget.spend(value.list.length);
  if (maker.keepsWhole || (context.quoted && value.star)) {
    const between = value.star ? (shell.vars.text('IFS') ?? ' ').slice(0, 1) : ' ';
    add(value.list.join(between));
    return;
  }
  value.list.forEach((item, index) => {
    if (index > 0) maker.next();
    add(item);
  });
}

/** Unquoted text of a script: backslashes quote, a tilde may be a home folder. */
function addLiteral(shell: Shell, maker: FieldMaker, text: string, context: Context, first: boolean): void {
  let rest = text;
  if (context.tilde && (first || context.tilde === 'assignment')) {
    rest = expandTildes(shell, text, context.tilde, first);
  }
  for (const piece of rest.match(/\\[\s\S]|[^\\]+|\\$/g) ?? []) {
    if (piece === '\\\n') continue;
    if (piece.length === 2 && piece.startsWith('\\')) maker.quoted(piece.slice(1));
    else if (context.operand) maker.expanded(piece);
    else maker.literal(piece);
  }
}

function expandTildes(shell: Shell, text: string, where: 'start' | 'assignment', first: boolean): string {
  const pattern = where === 'assignment' ? /(^|:)~([\w.-]*)(?=$|[/:])/g : /(^)~([\w.-]*|\+)(?=$|\/)/g;
  return text.replace(pattern, (whole, before: string, user: string) => {
    if (before === '' && !first) return whole;
    const home = homeOf(shell, user);
    return home === undefined ? whole : before + home.replace(/[\\*?[]/g, '\\$&');
  });
}

function homeOf(shell: Shell, user: string): string | undefined {
  if (user === '') return shell.vars.text('HOME') ?? shell.user.home;
  if (user === '+') return shell.cwd;
  return passwd(shell.world.files.rootfs).find(({ name }) => name === user)?.home;
}

function addGlob(
  shell: Shell,
  maker: FieldMaker,
  part: Extract<WordPart, { type: 'Glob' }>,
  context: Context,
): void {
  if (context.quoted) {
    maker.quoted(part.text);
  } else if (part.kind !== 'bracket') {
    maker.literal(part.text);
  } else {
    const inner = new FieldMaker(undefined);
    for (const each of part.parts) addPart(shell, inner, each, { quoted: false });
    const { text, pattern } = oneField(inner);
    maker.pattern(`[${text}]`, `[${pattern}]`);
  }
}

function addExtendedGlob(
  shell: Shell,
  maker: FieldMaker,
  part: Extract<WordPart, { type: 'ExtendedGlob' }>,
  context: Context,
): void {
  if (context.quoted) {
    maker.quoted(part.text);
    return;
  }
  const inner = new FieldMaker(undefined);
  for (const each of part.parts ?? shell.scripts.textParts(part.pattern))
    addPart(shell, inner, each, { quoted: false });
  const { text, pattern } = oneField(inner);
  maker.pattern(`${part.operator}(${text})`, `${part.operator}(${pattern})`);
}

function substitute(shell: Shell, part: Extract<WordPart, { type: 'CommandExpansion' }>): string {
  shell.world.budget.spend(part.text.length / 16);
  const { script } = part;
  if (script === undefined || script.errors) return unknownText(part.text);
  const unit =
    script.source === undefined
      ? shell.unit
      : { ...shell.unit, source: script.source, firstLine: shell.line, script, brokenAt: undefined };
  return shell.evaluator.substitute(shell, script.commands, unit);
}

function arithmeticText(shell: Shell, text: string): string {
  const inner = text.startsWith('$((') ? text.slice(3, -2) : text.slice(2, -1);
  const value = arithmetic(shell, inner);
  return value === undefined ? unknownText(text) : String(value);
}

/** `<(…)` is a name under /dev/fd from which the output can be read; what is written to `>(…)` is lost. */
function processSubstitution(shell: Shell, part: Extract<WordPart, { type: 'ProcessSubstitution' }>): string {
  const fd = shell.io.freeBelow(63);
  const text =
    part.operator === '<' && part.script && !part.script.errors
      ? shell.evaluator.output(shell, part.script.commands)
      : '';
  shell.io.set(fd, new Buffer(text));
  return `/dev/fd/${fd}`;
}

/** The files that a field's pattern matches; the field itself when there are none. */
function fileNames(shell: Shell, field: Field): string[] {
  if (shell.has('f') || !isGlob(field)) return [field.text];
  const { files } = shell.world;
  const found = globPaths(files, field.pattern, shell.cwd, shell.has('dotglob'));
  if (found === undefined) return [unknownText(field.text)];
  if (found.length > 0) return found;
  return shell.has('nullglob') ? [] : [field.text];
}
