import type { Profile } from '../../model/profile.ts';
import { checkExposed, type ExposureCheck, isExposed, isLoopback } from '../../review/exposed.ts';
import { labelled } from '../text/labelled.ts';
import type { Style } from '../text/paint.ts';
import { type Page, type Styled, span } from '../text/styled.ts';
import { groupRanges } from './groups.ts';
import { endpointText } from './listeners.ts';

const words: Readonly<Record<ExposureCheck['state'], { text: string; style: Style }>> = {
  confirmed: { text: 'confirmed', style: 'good' },
  'loopback-only': { text: 'only on loopback, not reachable from outside', style: 'warn' },
  possible: { text: 'possible', style: 'warn' },
  unconfirmed: { text: 'not confirmed: not everything that runs is known', style: 'warn' },
  contradicted: { text: 'contradicted: nothing listens there', style: 'bad' },
};

const most = 20;

/** What EXPOSE claims and whether it holds, and what listens without being exposed. */
export function exposureLines(profile: Profile, page: Page): string[] {
  if (profile.source.kind === 'dir' && profile.exposed.length === 0) return [];
  const found = ranges(checkExposed(profile)).map(({ claim, last }) => ({
    port: `${claim.port}${last === claim.port ? '' : `-${last}`}/${claim.transport}`,
    ...words[claim.state],
  }));
  const widest = Math.max(...found.map(({ port }) => port.length));
  const claims = found.map(
    ({ port, text, style }): Styled => [span(port.padEnd(widest + 2)), span(text, style)],
  );
  const shown = claims.length === 0 ? [[span('nothing', 'faint')]] : shortened(claims);
  const hidden = shortened(hiddenLines(profile));
  return [...labelled('EXPOSE', shown, page), ...labelled('Not exposed', hidden, page)];
}

function hiddenLines({ exposed, listeners }: Profile): Styled[] {
  const hidden = listeners.filter(
    (each) => each.transport !== 'unix' && !isLoopback(each.address) && !isExposed(each, exposed),
  );
  const texts = groupRanges(hidden).map((group) => `${endpointText(group)}  ${group.listener.app}`);
  return [...new Set(texts)].map((text) => [span(text)]);
}

function shortened(lines: readonly Styled[]): readonly Styled[] {
  return lines.length <= most
    ? lines
    : [...lines.slice(0, most), [span(`… and ${lines.length - most} more`)]];
}

/** Consecutive ports of which the same is to be said. */
function ranges(checks: readonly ExposureCheck[]): { claim: ExposureCheck; last: number }[] {
  const found: { claim: ExposureCheck; last: number }[] = [];
  const sorted = [...checks].sort((a, b) =>
    a.transport === b.transport ? a.port - b.port : a.transport < b.transport ? -1 : 1,
  );
  for (const claim of sorted) {
    const before = found.at(-1);
    const isNext = before?.claim.transport === claim.transport && before.claim.state === claim.state;
    if (before && isNext && claim.port <= before.last + 1) before.last = claim.port;
    else found.push({ claim, last: claim.port });
  }
  return found;
}
