/**
 * Where the brace closes that was opened before `from`; undefined when it never does. Braces in Lua's strings and
 * comments do not count (Lua 5.1 manual, 2.1).
 */
export function endOfLua(text: string, from: number): number | undefined {
  const mark = /[{}"'[]|--/g;
  let depth = 1;
  mark.lastIndex = from;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    const at = found.index;
    if (found[0] === '{') depth++;
    else if (found[0] === '}') {
      if (--depth === 0) return at;
    } else if (found[0] === '--') mark.lastIndex = endOfComment(text, at + 2);
    else if (found[0] === '[') mark.lastIndex = endOfLongBracket(text, at) ?? at + 1;
    else mark.lastIndex = endOfString(text, at);
  }
  return undefined;
}

function endOfComment(text: string, from: number): number {
  const long = text[from] === '[' ? endOfLongBracket(text, from) : undefined;
  if (long !== undefined) return long;
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

/** `[[ … ]]`, `[=[ … ]=]`; undefined when no long bracket opens here, the text's end when it does not close. */
function endOfLongBracket(text: string, from: number): number | undefined {
  let level = 0;
  while (text[from + 1 + level] === '=') level++;
  if (text[from + 1 + level] !== '[') return undefined;
  const end = text.indexOf(`]${'='.repeat(level)}]`, from + level + 2);
  return end < 0 ? text.length : end + level + 2;
}

/** A string ends with its line, unless the line's end is escaped. */
function endOfString(text: string, from: number): number {
  const quote = text[from];
  let pos = from + 1;
  for (; pos < text.length && text[pos] !== quote && text[pos] !== '\n'; pos++) {
    if (text[pos] === '\\') pos++;
  }
  return pos + 1;
}
