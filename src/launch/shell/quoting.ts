/** A text as bash writes it so that it can be read again: `'it'\''s'` (`${v@Q}`). */
export function quoteForShell(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return `'${text.replace(/'/g, "'\\''")}'`;
}

/** As printf's `%q`: a backslash before each special character. */
export function quoteWithBackslash(text: string): string {
  if (text === '') return "''";
  if (/[\0-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return text.replace(/[^A-Za-z0-9_@%+:./,=^~-]|^~|^#/g, '\\$&').replace(/\^/g, '\\^');
}

const names: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\x1b': '\\E',
  '\x07': '\\a',
  '\b': '\\b',
  '\v': '\\v',
  '\f': '\\f',
};

function ansiQuote(text: string): string {
  const body = text.replace(/[\\'\0-\x1f\x7f]/g, (char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    return names[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `$'${body}'`;
}

/** Decodes backslash escapes of `$'…'`, `echo -e` and printf. */
export function decodeEscapes(
  text: string,
  kind: 'echo' | 'printf' | 'quote',
): { text: string; stop: boolean } {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      out += text[i];
      continue;
    }
    const rest = text.slice(i + 1, i + 12);
    if (rest[0] === 'c' && kind === 'echo') return { text: out, stop: true };
    const found = escapeAt(rest, kind);
    out += found.text;
    i += found.length;
  }
  return { text: out, stop: false };
}

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** What stands behind a backslash, and how many characters that takes. */
function escapeAt(rest: string, kind: 'echo' | 'printf' | 'quote'): { text: string; length: number } {
  const char = rest[0] ?? '';
  const code = (digits: string, base: number, length: number) => ({
    text: String.fromCodePoint(Math.min(Number.parseInt(digits, base), 0x10ffff)),
    length,
  });
  const octal = (kind === 'echo' ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(rest);
  if (octal) return code(octal[1] || '0', 8, octal[0].length);
  const hex = /^(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8}))/.exec(rest);
  if (hex) return code(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16, hex[0].length);
  const known = simple[char];
  if (known !== undefined) return { text: known, length: 1 };
  if (kind === 'quote' && /['"?]/.test(char)) return { text: char, length: 1 };
  if (kind === 'printf' && char === '"') return { text: char, length: 1 };
  return { text: `\\${char}`, length: char === '' ? 0 : 1 };
}
