import type { Finding, Severity } from '../../model/evidence.ts';
import { isReviewId } from '../../review/ids.ts';
import { paragraph } from '../text/labelled.ts';
import type { Style } from '../text/paint.ts';
import { type Page, painted, span } from '../text/styled.ts';
import { meanings } from './meanings.ts';
import { why } from './why.ts';

interface Group {
  title: string;
  style: Style;
  /** Of the findings that no group before it has. */
  holds(finding: Finding): boolean;
}

const groups: readonly Group[] = [
  { title: 'Problems', style: 'bad', holds: ({ id, severity }) => severity === 'high' && !isReviewId(id) },
  {
    title: 'Not known',
    style: 'warn',
    holds: ({ id, severity }) => severity === 'medium' && !isReviewId(id),
  },
  { title: 'To review', style: 'warn', holds: ({ id, severity }) => severity !== 'info' && isReviewId(id) },
  { title: 'Notes', style: 'label', holds: () => true },
];

const order: readonly Severity[] = ['high', 'medium', 'low', 'info'];

/** What the table tells elsewhere: JSON and SARIF have it as findings. */
const shownElsewhere: ReadonlySet<string> = new Set(['exposed-not-listening', 'not-exposed']);

const mostOfOneKind = 10;

/** What went wrong, what could not be known, and what else a reader should see: where it is and what it means. */
export function findingLines(findings: readonly Finding[], page: Page): string[] {
  let rest = order.flatMap((severity) =>
    findings.filter((each) => each.severity === severity && !shownElsewhere.has(each.id)),
  );
  return groups.flatMap(({ title, style, holds }) => {
    const found = rest.filter(holds);
    rest = rest.filter((each) => !holds(each));
    if (found.length === 0) return [];
    const heading = painted([span(title, style)], page.paint);
    const ids = [...new Set(found.map(({ id }) => id))];
    const kinds = ids.map((id) => found.filter((each) => each.id === id));
    return [heading, ...kinds.flatMap((same) => kind(same, page))];
  });
}

/** All findings of one kind, and then once what that means. */
function kind(findings: readonly Finding[], page: Page): string[] {
  const id = findings[0]?.id ?? '';
  const distinct = [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()];
  const shown = distinct.slice(0, mostOfOneKind).flatMap((each) => one(each, page));
  const left = distinct.length - mostOfOneKind;
  const meaning = meanings[id];
  return [
    ...shown,
    ...(left > 0 ? [`  … and ${left} more (${id})`] : []),
    ...(meaning === undefined ? [] : paragraph(meaning, 6, page, [span('→ ', 'faint')])),
  ];
}

function one({ id, message, evidence }: Finding, page: Page): string[] {
  const [first = '', ...more] = paragraph(`${message} [${id}]`, 4, page);
  const room = page.width === undefined ? undefined : page.width - 4;
  const place = evidence.length === 0 ? [] : [`    ${painted(why(evidence, room), page.paint)}`];
  return [`  ${first.trimStart()}`, ...more, ...place];
}
