import type { PlainScalar } from './plain-scalar.ts';

const header = /\|(-?)[ ]*(?:[ ]#[^\n]*)?\n/y;

/**
 * Reads a block scalar `|` or `|-` at an offset: the lines behind it that are indented by more than `indent`. `null`:
 * something that only the library knows.
 */
export function readLiteral(text: string, pos: number, indent: number): PlainScalar | null {
  header.lastIndex = pos;
  const [head, chomp] = header.exec(text) ?? [];
  if (head === undefined) return null;
  const lines: string[] = [];
  let inner = -1;
  let end = pos + head.length;
  for (let at = end; at < text.length; ) {
    const stop = text.indexOf('\n', at);
    const line = text.slice(at, stop < 0 ? text.length : stop);
    const column = line.search(/[^ ]/);
    if (column >= 0 && column <= indent) break;
    if (inner < 0 && column >= 0) inner = column;
    // Blank lines with more blanks than the text, less indented text, tabs, other line ends, no line end.
    if (stop < 0 || (column >= 0 ? column < inner : line.length > Math.max(inner, 0))) return null;
    if (line.includes('\t') || line.includes('\r')) return null;
    lines.push(column < 0 ? '' : line.slice(inner));
    at = stop + 1;
    if (column >= 0) end = at;
  }
  if (inner < 0) return null;
  while (lines.at(-1) === '') lines.pop();
  return { kind: 'scalar', text: lines.join('\n') + (chomp ? '' : '\n'), form: 'string', start: pos, end };
}
