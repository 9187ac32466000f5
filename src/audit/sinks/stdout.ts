import type { Writable } from 'node:stream';
import { bracketed } from '../../base/addresses.ts';
import type { Audit } from '../../model/audit.ts';
import type { Encode, Sink } from './sink.ts';

export interface StdoutOptions {
  name: string;
  /** `text`: one line for people; `json`: one line of JSON in the sink's format. */
  style?: 'text' | 'json';
  /** Standard output unless told otherwise. */
  stream?: Writable;
}

export function stdoutSink(options: StdoutOptions, encode: Encode): Sink {
  const stream = options.stream ?? process.stdout;
  const lineOf = options.style === 'json' ? encode : textOf;
  // A reader that went away must not end the program; each write tells of it.
  stream.on('error', () => {});
  return {
    name: options.name,
    deliver: (batch) =>
      new Promise((resolve, reject) => {
        stream.write(batch.map((audit) => `${lineOf(audit)}\n`).join(''), (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

/** One line: when, verdict, where, who, what was done, and the summary. */
export function textOf(audit: Audit): string {
  const { listener, workload, process: holder, forensics } = audit;
  const parts = [
    audit.time,
    audit.verdict,
    `${listener.transport} ${bracketed(listener.address)}:${listener.port}`,
    workload.name || workload.id,
    holder ? `${holder.exe} (pid ${holder.pid})` : 'unknown process',
    audit.effect === 'alert' ? '' : `${audit.effect}: ${audit.outcome}`,
    forensics.summary,
    forensics.count > 1 ? `seen ${forensics.count} times` : '',
  ];
  return parts
    .filter((part) => part !== '')
    .map(printable)
    .join('  ');
}

/** A container chooses these texts: nothing in them may move a terminal's cursor, or look like a line of its own. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
