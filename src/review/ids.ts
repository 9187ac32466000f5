/** Findings of the review: remarks on what is known, not doubts about it. */
export const reviewIds = [
  'admin-port-open',
  'config-changed',
  'config-not-read',
  'debug-port-open',
  'exposed-not-listening',
  'not-exposed',
  'plain-beside-tls',
  'port-conflict',
] as const;

export type ReviewId = (typeof reviewIds)[number];

const all: ReadonlySet<string> = new Set(reviewIds);

export function isReviewId(id: string): boolean {
  return all.has(id);
}
