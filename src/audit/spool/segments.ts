import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { maxLineBytes, newline } from './lines.ts';

/**
 * A file of lines. It is named by the position of its first byte, counted over all audits that the spool ever held;
 * so a position stays true when older segments go, and none is used twice.
 */
export interface Segment {
  start: number;
  /** Bytes that are on disk for certain. */
  size: number;
  path: string;
}

export function endOf(segment: Segment): number {
  return segment.start + segment.size;
}

export function segmentAt(dir: string, start: number): Segment {
  return { start, size: 0, path: join(dir, `${String(start).padStart(16, '0')}.jsonl`) };
}

/** Oldest first. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{16}\.jsonl$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      return { start: Number.parseInt(name, 10), size: (await stat(path)).size, path };
    }),
  );
}

export interface Line {
  /** Positions of its first byte and of the next line's. */
  start: number;
  end: number;
  text: string;
}

/**
 * The whole lines from a position on, within one segment, of about `bytes` (always at least one, unless none is left).
 * What has no end, at the segment's end or for longer than a line may be, comes as one line, which no reader takes
 * for an audit.
 */
export async function readLines(segment: Segment, from: number, bytes: number): Promise<Line[]> {
  const file = await open(segment.path, 'r');
  try {
    const chunk = await readChunk(file, from - segment.start, Math.min(bytes, endOf(segment) - from));
    if (chunk.includes(newline) || chunk.length >= endOf(segment) - from) return split(chunk, from);
    const longest = Math.min(maxLineBytes, endOf(segment) - from);
    return split(await readChunk(file, from - segment.start, longest), from);
  } finally {
    await file.close();
  }
}

async function readChunk(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function split(chunk: Buffer, from: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    lines.push({ start: from + start, end: from + end + 1, text: chunk.toString('utf8', start, end) });
    start = end + 1;
  }
  const hasNone = lines.length === 0 && chunk.length > 0;
  if (hasNone) lines.push({ start: from, end: from + chunk.length, text: chunk.toString() });
  return lines;
}

/** Makes the names in a folder durable. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
