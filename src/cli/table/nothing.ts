import type { Profile } from '../../model/profile.ts';
import { paragraph } from '../text/labelled.ts';
import { type Page, painted, span } from '../text/styled.ts';

/** Says that nothing will listen, and why. */
export function nothingLines(profile: Profile, page: Page): string[] {
  const reasons = reasonsOf(profile);
  const title = reasons.some(({ isKnown }) => !isKnown) ? 'No listener is known.' : 'Nothing will listen.';
  return [
    painted([span(title, 'warn')], page.paint),
    ...reasons.flatMap(({ text }) => paragraph(text, 2, page)),
  ];
}

interface Reason {
  text: string;
  /** False where something may well listen, only that we do not know it. */
  isKnown: boolean;
}

function reasonsOf({ launches, findings }: Profile): Reason[] {
  const causes = findings.filter(({ id, severity }) => severity === 'high' || id === 'unknown-program');
  const reasons = causes.map(
    ({ id, message }): Reason => ({ text: `${message}.`, isKnown: id === 'will-not-start' }),
  );
  if (launches.length === 0) {
    const isKnown = findings.every(({ severity }) => severity === 'info' || severity === 'low');
    reasons.push({ text: 'How it is started leads to no program that stays running.', isKnown });
  }
  if (reasons.length > 0) return reasons;
  const doubts = findings.some(({ severity }) => severity === 'medium' || severity === 'high');
  const apps = [...new Set(launches.map(({ app }) => app))].join(', ');
  return [
    doubts
      ? { text: `What ${apps} opens could not be worked out, see below.`, isKnown: false }
      : { text: `The configuration of ${apps} opens no socket.`, isKnown: true },
  ];
}
