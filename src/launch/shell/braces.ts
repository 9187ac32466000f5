import { launchLimits } from '../limits.ts';

/** Brace expansion on the text of a word, before anything else (bash): `a{b,c}` and `{1..3}`. */
export function expandBraces(text: string): string[] {
  const open = text.length > longestWord ? undefined : findGroup(text);
  if (open === undefined) return [text];
  const { start, end, commas } = open;
  const before = text.slice(0, start);
  const choices = commas.length > 0 ? alternatives(text, open) : sequence(text.slice(start + 1, end));
  const behind = expandBraces(text.slice(end + 1));
  const words: string[] = [];
  for (const choice of choices) {
    for (const rest of behind) {
      words.push(before + choice + rest);
      if (words.length > launchLimits.words) return words;
    }
  }
  return words;
}

const longestWord = 4_096;

interface Group {
  start: number;
  end: number;
  commas: number[];
}

function alternatives(text: string, { start, end, commas }: Group): string[] {
  const cuts = [start, ...commas, end];
  return cuts.slice(1).flatMap((cut, i) => expandBraces(text.slice((cuts[i] as number) + 1, cut)));
}

const range = /^(-?\d{1,18}|[A-Za-z])\.\.(-?\d{1,18}|[A-Za-z])(?:\.\.(-?\d{1,9}))?$/;

/** The first group that expands: with a comma at its own level, or a sequence. */
function findGroup(text: string): Group | undefined {
  const open: Group[] = [];
  const closed: Group[] = [];
  for (let i = 0; i < text.length; i = next(text, i)) {
    const char = text[i];
    if (char === '{') open.push({ start: i, end: -1, commas: [] });
    else if (char === ',') open.at(-1)?.commas.push(i);
    else if (char === '}') {
      const group = open.pop();
      if (group === undefined) continue;
      group.end = i;
      const isSequence = range.test(text.slice(group.start + 1, i));
      if (group.commas.length > 0 || isSequence) closed.push(group);
    }
  }
  return closed.sort((a, b) => a.start - b.start)[0];
}

/** The offset behind a character, or behind what is quoted or an expansion. */
function next(text: string, i: number): number {
  const char = text[i];
  if (char === '\\') return i + 2;
  if (char === "'") return after(text, "'", i + 1);
  if (char === '"') return afterDouble(text, i + 1);
  if (char === '`') return after(text, '`', i + 1);
  if (char === '$' && (text[i + 1] === '{' || text[i + 1] === '(')) return afterExpansion(text, i + 1);
  return i + 1;
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + 1;
}

function afterDouble(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function afterExpansion(text: string, open: number): number {
  const [left, right] = text[open] === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === left) depth++;
    else if (text[i] === right && --depth === 0) return i + 1;
  }
  return text.length;
}

function sequence(body: string): string[] {
  const [, from = '', to = '', step = ''] = range.exec(body) ?? [];
  const isLetters = /^[A-Za-z]$/.test(from);
  if (isLetters !== /^[A-Za-z]$/.test(to)) return [`{${body}}`];
  const [first, last] = isLetters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const width = /^-?0\d|^-?0\d/.test(from) || /^-?0\d/.test(to) ? Math.max(from.length, to.length) : 0;
  const by = Math.abs(Number(step)) || 1;
  const count = Math.min(Math.floor(Math.abs(last - first) / by) + 1, launchLimits.words);
  return Array.from({ length: count }, (_, i) => {
    const value = first <= last ? first + i * by : first - i * by;
    return isLetters ? String.fromCharCode(value) : pad(value, width);
  });
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0');
  return value < 0 ? `-${digits}` : digits;
}
