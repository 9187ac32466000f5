import { createHash } from 'node:crypto';
import { BerthwatchError } from '../base/errors.ts';

/** Only SHA-256 and SHA-512 are registered (OCI image-spec, "Digests"); nothing in the wild uses the latter. */
const form = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return form.test(text);
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Throws DIGEST_MISMATCH when the bytes are not those that the digest names. */
export function verifyDigest(bytes: Buffer, digest: string, place: string): void {
  const found = sha256(bytes);
  if (found === digest) return;
  throw new BerthwatchError('DIGEST_MISMATCH', `its digest is ${found}, not ${digest}`, {
    place,
    next: 'get the image again: it was damaged or changed',
  });
}

/** The first characters, for messages. */
export function shortDigest(digest: string): string {
  return digest.length > 19 ? `${digest.slice(0, 19)}…` : digest;
}
