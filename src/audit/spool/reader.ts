import type { Audit } from '../../model/audit.ts';
import { codeOf, type OnProblem } from '../problem.ts';
import { auditOf } from './lines.ts';
import { endOf, type Line, readLines } from './segments.ts';
import type { SegmentWriter } from './writer.ts';

/** One audit, and the position of what follows it. */
export interface Spooled {
  audit: Audit;
  next: number;
}

export interface Read {
  audits: Spooled[];
  /** Where to read on. */
  next: number;
}

/** Reads back what is on disk, from any position on; damaged lines are skipped, and reported once. */
export class SpoolReader {
  readonly #writer: SegmentWriter;
  readonly #onProblem: OnProblem;
  #reported = new Set<number>();

  constructor(writer: SegmentWriter, onProblem: OnProblem) {
    this.#writer = writer;
    this.#onProblem = onProblem;
  }

  /** What follows the position in one segment, of about `bytes`; nothing at the end, where `next` is the position. */
  async read(position: number, bytes: number): Promise<Read> {
    const segment = this.#writer.segments.find((candidate) => endOf(candidate) > position);
    if (!segment) return { audits: [], next: Math.max(position, this.#writer.end) };
    const from = Math.max(position, segment.start);
    // The writer may append meanwhile; only what was on disk before counts.
    const frozen = { ...segment };
    try {
      const lines = await readLines(frozen, from, bytes);
      return { audits: this.#auditsOf(lines, frozen.path), next: lines.at(-1)?.end ?? endOf(frozen) };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      if (!this.#writer.segments.includes(segment)) return { audits: [], next: from };
      await this.#writer.forget(segment);
      this.#onProblem({
        id: 'spool-gap',
        place: segment.path,
        message: 'somebody removed a segment with audits',
      });
      return { audits: [], next: endOf(frozen) };
    }
  }

  /** The newest audits, oldest first. */
  async newest(count: number): Promise<Audit[]> {
    let found: Audit[] = [];
    for (const { start, size } of [...this.#writer.segments].reverse()) {
      if (found.length >= count) break;
      const newer = found;
      found = [];
      for (let position = start; position < start + size; ) {
        const { audits, next } = await this.read(position, 256 * 1024);
        found = [
          ...found,
          ...audits.filter(({ next: end }) => end <= start + size).map(({ audit }) => audit),
        ];
        found = found.slice(-count);
        position = Math.max(next, position + 1);
      }
      found = [...found, ...newer].slice(-count);
    }
    return found;
  }

  #auditsOf(lines: readonly Line[], path: string): Spooled[] {
    return lines.flatMap((line) => {
      const audit = auditOf(line.text);
      if (audit) return [{ audit, next: line.end }];
      this.#report(line, path);
      return [];
    });
  }

  #report(line: Line, path: string): void {
    if (this.#reported.has(line.start)) return;
    if (this.#reported.size > 1000) this.#reported = new Set();
    this.#reported.add(line.start);
    this.#onProblem({
      id: 'spool-damaged',
      place: `${path}@${line.start}`,
      message: `${line.end - line.start} bytes that are no audit were skipped`,
    });
  }
}
