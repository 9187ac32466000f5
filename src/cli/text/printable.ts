/**
 * Texts of images are hostile: control sequences could repaint the terminal, bidirectional overrides reverse what is
 * read, invisible characters hide. All of them are shown by their numbers.
 */
const unsafe =
  /[\0-\x1f\x7f-\x9f\xad\u{61c}\u{180e}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{d800}-\u{dfff}\u{e0000}-\u{e0fff}]/gu;

/** Most texts; the pattern above takes milliseconds to compile. */
const plain = /^[ -~]*$/;

/** The text on one line, with everything that is not visible shown by its number. */
export function printable(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe, (char) => {
    if (char === '\t') return ' ';
    if (char === '\n') return '\\n';
    const code = char.codePointAt(0) as number;
    const digits = code.toString(16);
    return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
  });
}

/** JSON text in which such characters, those that JSON lets through, are escaped as JSON does. */
export function printableJson(json: string): string {
  return json.replace(unsafe, (char) =>
    char === '\n'
      ? char
      : [...Array(char.length).keys()]
          .map((index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`)
          .join(''),
  );
}
