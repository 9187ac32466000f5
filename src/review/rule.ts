import { bracketed } from '../base/addresses.ts';
import type { Finding } from '../model/evidence.ts';
import type { Listener, Profile } from '../model/profile.ts';
import type { ReviewId } from './ids.ts';

/** What a reviewer looks at: the profile so far, and what the profile itself does not tell. */
export interface Reviewed extends Profile {
  /** Listeners of each process, in the profile's order of launches. */
  processes: readonly (readonly Listener[])[];
  /** The layers that have the file, the one that counts first, as they are called in messages. */
  layersOf(path: string): readonly string[];
}

/** One thing that a reviewer of an image wants to know. Pure; most images give it nothing to say. */
export type ReviewRule = (reviewed: Reviewed) => Remark[];

export type Remark = Finding & { id: ReviewId };

/** `0.0.0.0:80`, `[::]:8000-8010`. */
export function endpointOf({ address, port, portEnd }: Listener): string {
  return `${bracketed(address)}:${port}${portEnd === undefined ? '' : `-${portEnd}`}`;
}

export function isEveryAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
