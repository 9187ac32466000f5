import { objectOf, parseJson, textOf } from '../../image/json.ts';
import type { Change } from '../runtime.ts';

/** Bytes of one event: it repeats the container's labels. */
const eventBytes = 1024 * 1024;

const newline = 0x0a;

/**
 * What Docker and Podman call the moments after which a container is to be looked at. Health checks, sessions put
 * into it and the like are many, and change nothing of its declaration.
 */
export const telling = new Set(['create', 'start', 'restart', 'die', 'died', 'destroy', 'remove', 'rename']);

/** The events of an engine's stream (one JSON document a line) as places to look; one that is too long was lost. */
export async function* readEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<Change> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const change = readEvent(length, begun, chunk.subarray(start, end));
      if (change) yield change;
      begun = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= eventBytes) begun.push(chunk.subarray(start));
    else begun = [];
  }
}

function readEvent(length: number, begun: readonly Buffer[], rest: Buffer): Change | undefined {
  if (length + rest.length > eventBytes) return { kind: 'all' };
  const line = Buffer.concat([...begun, rest]);
  if (line.toString('latin1').trim() === '') return undefined;
  try {
    const event = objectOf(parseJson(line, 'event'));
    const id = textOf(objectOf(event.Actor).ID);
    const isOfContainer = event.Type === 'container' && id !== '';
    return isOfContainer && telling.has(textOf(event.Action)) ? { kind: 'one', id } : undefined;
  } catch {
    return { kind: 'all' };
  }
}
