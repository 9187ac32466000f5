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

/** The reasons of all unknown parts, in order, each once. */
export function unknownReasons(text: string): string[] {
  return [...new Set([...text.matchAll(marker)].map((match) => match[1] as string))];
}

/** The text as a person reads it: `--port ⟨$(get_port)⟩`. */
export function showUnknown(text: string): string {
  return text.replace(marker, '⟨$1⟩');
}
