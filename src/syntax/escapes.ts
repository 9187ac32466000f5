/**
 * Undoes escapes of which some stand for a byte (`\xe2`, `\342`): bytes in a row are read as UTF-8.
 * `pattern` is a global expression; `undo` answers a byte's number, or text.
 */
export function undoEscapes(
  raw: string,
  pattern: RegExp,
  undo: (sequence: string) => string | number,
): string {
  if (!raw.includes('\\')) return raw;
  let text = '';
  let bytes: number[] = [];
  let last = 0;
  const append = (plain: string) => {
    if (plain === '') return;
    if (bytes.length > 0) text += Buffer.from(bytes).toString();
    bytes = [];
    text += plain;
  };
  for (const found of raw.matchAll(pattern)) {
    append(raw.slice(last, found.index));
    last = found.index + found[0].length;
    const value = undo(found[0]);
    if (typeof value === 'number') bytes.push(value);
    else append(value);
  }
  append(raw.slice(last));
  return bytes.length > 0 ? text + Buffer.from(bytes).toString() : text;
}
