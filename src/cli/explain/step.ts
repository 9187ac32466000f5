import type { EvaluatedLaunch } from '../../engine/evaluate-start.ts';
import type { Listener } from '../../model/profile.ts';
import { paragraph } from '../text/labelled.ts';
import { type Page, span } from '../text/styled.ts';

/** Listeners of one process: they share the way to it. */
export interface Story {
  launch: EvaluatedLaunch;
  parts: Part[];
}

/** Listeners for the same reasons: a line that opens an IPv4 and an IPv6 socket is one part. */
export interface Part {
  /** The first of them, for what they share. */
  listener: Listener;
  /** `tcp 0.0.0.0:80 and tcp [::]:80` */
  where: string;
}

/** One step of a derivation: what follows from the step before, and what shows it, a line each. */
export interface Step {
  text: string;
  details: readonly string[];
}

export function numbered(steps: readonly Step[], page: Page): string[] {
  return steps.flatMap(({ text, details }, index) => [
    ...paragraph(text, 0, page, [span(`${String(index + 1).padStart(2)}. `, 'label')]),
    ...details.flatMap((line) => paragraph(line, 6, page)),
  ]);
}
