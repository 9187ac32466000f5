/**
 * A value that can't be known before the container runs travels inside strings, as a marker that names its
 * reason: `mongod --port ⟨$(get_port)⟩`. So it survives concatenation, files that a script writes, and parsing;
 * whoever needs the value sees the marker and reports the reason.
 */
const open = '\u{E000}';
const close = '\u{E001}';
const marker = /\u{E000}([^\u{E000}\u{E001}]*)\u{E001}/gu;

/** A string that stands for a value unknown because of `reason`, for instance `$(hostname -i)`. */
export function unknown(reason: string): string {
  return open + reason.replace(marker, '⟨$1⟩').replace(/[\u{E000}\u{E001}]/gu, '') + close;
}

/** Whether any part of the text is unknown. */
export function isUnknown(text: string): boolean {
  return text.includes(open);
}

/** What is known of the text's beginning. */
export function beforeUnknown(text: string): string {
  return text.split(open, 1)[0] ?? '';
}

/** The reasons of all unknown parts, in order, each once. */
export function unknownReasons(text: string): string[] {
  return [...new Set([...text.matchAll(marker)].map((match) => match[1] as string))];
}

/** The text as a person reads it: `--port ⟨$(get_port)⟩`. */
export function showUnknown(text: string): string {
  return text.replace(marker, '⟨$1⟩');
}

/** ASCII inside a shielded marker is moved up by this much, into the private use area. */
const shift = 0xe100;

/**
 * The text with the inside of every marker made inert: no blank, quote or punctuation is left that a grammar
 * could trip over, and every offset stays what it was. `unshield` undoes it.
 */
export function shield(text: string): string {
  if (!isUnknown(text)) return text;
  return text.replace(
    marker,
    (_, reason: string) =>
      open + reason.replace(/[\0-\x7f]/g, (char) => String.fromCharCode(char.charCodeAt(0) + shift)) + close,
  );
}

/** The same for good, where nothing could undo it: blanks and punctuation of the reasons become dots. */
export function inert(text: string): string {
  return text.replace(
    marker,
    (_, reason: string) => open + reason.replace(/[^\p{L}\p{N}/._-]+/gu, '·') + close,
  );
}

export function unshield(text: string): string {
  if (!isUnknown(text)) return text;
  return text.replace(/[\u{E100}-\u{E17F}]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - shift));
}
