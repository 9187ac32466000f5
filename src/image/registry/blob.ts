import { BerthwatchError } from '../../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { RegistryClient } from './client.ts';
import type { Answer } from './http.ts';
import { pause, type RetryPolicy, waitTime } from './retry.ts';

export interface BlobOptions {
  retry: RetryPolicy;
  signal: AbortSignal | undefined;
}

/**
 * A blob's bytes as they come. When the connection breaks, the rest is asked for (distribution-spec, "Pulling
 * Blobs": Range). Ends early, or goes one byte too far, when the blob does not have its size: the digest tells.
 */
export async function* fetchBlob(
  client: RegistryClient,
  blob: Descriptor,
  options: BlobOptions,
): AsyncGenerator<Buffer> {
  let at = 0;
  let failures = 0;
  while (at < blob.size) {
    const answer = await client.get(`blobs/${blob.digest}`, at === 0 ? {} : { range: `bytes=${at}-` });
    let skip = bytesToSkip(answer, at);
    try {
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        const fresh = part.subarray(Math.min(skip, part.length));
        skip -= part.length - fresh.length;
        if (fresh.length === 0) continue;
        failures = 0;
        at += fresh.length;
        yield fresh;
        if (at > blob.size) return;
      }
      if (answer.body.complete) return;
    } catch (error) {
      if (options.signal?.aborted) throw error;
    } finally {
      answer.body.destroy();
    }
    if (at >= blob.size) return;
    if (++failures >= options.retry.attempts) {
      throw new BerthwatchError(
        'REGISTRY_UNREACHABLE',
        `the connection breaks again and again at byte ${at}`,
        {
          place: blob.digest,
          next: 'try again later',
        },
      );
    }
    await pause(waitTime(options.retry, failures, undefined), options.signal);
  }
}

/** A server that knows no ranges sends all of it again. */
function bytesToSkip(answer: Answer, at: number): number {
  const start = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1];
  return answer.status === 206 && Number(start) <= at ? at - Number(start) : at;
}
