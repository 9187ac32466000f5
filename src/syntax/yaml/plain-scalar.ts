/** A value on one line, as the plain reader knows them. */
export interface PlainScalar {
  kind: 'scalar';
  /** Quotes undone. */
  text: string;
  form: string;
  start: number;
  end: number;
}

export interface PlainList {
  kind: 'list';
  items: PlainScalar[];
  start: number;
  end: number;
}

/** Ends with the line, with blanks, or with a comment behind blanks. */
const rest = /[ ]*(?:\r?$|[ ]#)/y;
/** No indicator at the start, no `: ` and no ` #` inside; `[`, `{` and the like are left to the library. */
const bare = /(?:[A-Za-z0-9_./$+(^\\~;<=\u{E000}]|-(?=[^ ]))[^\t\r]*/uy;
const quoted = /"[^"\\\t\r]*"|'[^'\t\r]*'/y;
const flowItem =
  /[ ]*(?:"([^"\\\t]*)"|'([^'\t]*)'|([A-Za-z0-9_./+](?:[A-Za-z0-9_./+ -]*[A-Za-z0-9_./+-])?))[ ]*([,\]])/y;

/**
 * Reads the value that begins at `pos` of a line. `undefined`: nothing stands there but blanks or a comment.
 * `null`: something that only the library knows.
 */
export function readPlainValue(
  line: string,
  pos: number,
  offset: number,
): PlainScalar | PlainList | undefined | null {
  if (restBegins(line, pos) || (line[pos] === '#' && line[pos - 1] === ' ')) return undefined;
  const first = line[pos];
  if (first === '[') return readFlowList(line, pos, offset);
  if (first === '"' || first === "'") {
    const text = match(quoted, line, pos);
    if (text === undefined || !restBegins(line, pos + text.length)) return null;
    return {
      kind: 'scalar',
      text: text.slice(1, -1),
      form: 'string',
      start: offset + pos,
      end: offset + pos + text.length,
    };
  }
  const run = match(bare, line, pos);
  if (run === undefined) return null;
  const comment = run.indexOf(' #');
  const text = (comment < 0 ? run : run.slice(0, comment)).trimEnd();
  if (!restBegins(line, pos + text.length) || text.includes(': ') || text.endsWith(':')) return null;
  return { kind: 'scalar', text, form: formOf(text), start: offset + pos, end: offset + pos + text.length };
}

function readFlowList(line: string, start: number, offset: number): PlainList | null {
  const items: PlainScalar[] = [];
  if (line[start + 1] === ']')
    return restBegins(line, start + 2) ? listOf(items, start, start + 2, offset) : null;
  let pos = start + 1;
  for (;;) {
    flowItem.lastIndex = pos;
    const found = flowItem.exec(line);
    if (!found) return null;
    const plain = found[3];
    const text = plain ?? found[1] ?? found[2] ?? '';
    const form = plain === undefined ? 'string' : formOf(plain);
    items.push({ kind: 'scalar', text, form, start: offset + pos, end: offset + pos });
    pos = flowItem.lastIndex;
    if (found[4] === ']') return restBegins(line, pos) ? listOf(items, start, pos, offset) : null;
  }
}

function listOf(items: PlainScalar[], start: number, end: number, offset: number): PlainList {
  return { kind: 'list', items, start: offset + start, end: offset + end };
}

function restBegins(line: string, pos: number): boolean {
  rest.lastIndex = pos;
  return rest.test(line);
}

function match(pattern: RegExp, line: string, pos: number): string | undefined {
  pattern.lastIndex = pos;
  return pattern.exec(line)?.[0];
}

const boolean = /^(?:true|True|TRUE|false|False|FALSE)$/;
const number =
  /^(?:[-+]?(?:[0-9]+|(?:\.[0-9]+|[0-9]+\.[0-9]*)|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|\.inf|\.Inf|\.INF)|0o[0-7]+|0x[0-9a-fA-F]+|\.nan|\.NaN|\.NAN)$/;

/** The core schema of YAML 1.2, 10.3.2. */
function formOf(text: string): string {
  if (number.test(text)) return 'number';
  if (boolean.test(text)) return 'boolean';
  return /^(?:~|null|Null|NULL)$/.test(text) ? 'null' : 'string';
}
