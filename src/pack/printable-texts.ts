/** Occurrences that are looked at, and characters on either side of each. */
const mostOccurrences = 50;
const reach = 8_192;

/** The printable text around each of the first occurrences of `near`. */
export function* printableTexts(bytes: Buffer, near: string): Generator<string, void> {
  let at = bytes.indexOf(near, 0, 'latin1');
  for (let count = 0; at >= 0 && count < mostOccurrences; count++) {
    yield printableAround(bytes, at);
    at = bytes.indexOf(near, at + near.length, 'latin1');
  }
}

function printableAround(bytes: Buffer, at: number): string {
  let start = at;
  let end = at;
  while (start > 0 && at - start < reach && isPrintable(bytes[start - 1] as number)) start--;
  while (end < bytes.length && end - at < reach && isPrintable(bytes[end] as number)) end++;
  return bytes.toString('latin1', start, end);
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09;
}
