import { open } from 'node:fs/promises';
import type { OnProblem } from '../problem.ts';
import type { KnownAudits } from './known.ts';
import { auditOf, maxLineBytes, newline } from './lines.ts';
import { endOf, readLines, type Segment } from './segments.ts';

const readBytes = 256 * 1024;

/** Cuts the line that a crash left unfinished at the end of the last segment: nobody was told that it is recorded. */
export async function cutTorn(segment: Segment, onProblem: OnProblem): Promise<void> {
  const file = await open(segment.path, 'r+');
  try {
    const length = Math.min(segment.size, 2 * maxLineBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, segment.size - length);
    const torn = bytesRead - 1 - buffer.subarray(0, bytesRead).lastIndexOf(newline);
    if (torn === 0) return;
    await file.truncate(segment.size - torn);
    await file.datasync();
    segment.size -= torn;
    onProblem({
      id: 'spool-torn',
      place: `${segment.path}:${segment.size}`,
      message: `${torn} bytes of an audit that was not confirmed were cut`,
    });
  } finally {
    await file.close();
  }
}

/** Learns what is recorded from the newest segments, as much as `known` holds. */
export async function learn(segments: readonly Segment[], known: KnownAudits): Promise<void> {
  const newestFirst: { id: string; count: number }[][] = [];
  let total = 0;
  for (const segment of [...segments].reverse()) {
    if (total >= known.limit) break;
    const seen = await auditsOf(segment);
    newestFirst.push(seen);
    total += seen.length;
  }
  for (const seen of newestFirst.reverse()) for (const { id, count } of seen) known.add(id, count);
}

async function auditsOf(segment: Segment): Promise<{ id: string; count: number }[]> {
  const seen: { id: string; count: number }[] = [];
  let position = segment.start;
  while (position < endOf(segment)) {
    const lines = await readLines(segment, position, readBytes);
    for (const line of lines) {
      const audit = auditOf(line.text);
      // A copy: a string of the line would keep the whole line in memory.
      if (audit) seen.push({ id: Buffer.from(audit.id).toString(), count: audit.forensics.count });
    }
    position = lines.at(-1)?.end ?? endOf(segment);
  }
  return seen;
}
