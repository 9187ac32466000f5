import type { Finding, Severity } from '../../model/evidence.ts';
import { paragraph } from '../text/labelled.ts';
import type { Style } from '../text/paint.ts';
import { type Page, painted, span } from '../text/styled.ts';
import { meanings } from './meanings.ts';
import { why } from './why.ts';

const groups: readonly { title: string; style: Style; severities: readonly Severity[] }[] = [
  { title: 'Problems', style: 'bad', severities: ['high'] },
  { title: 'Not known', style: 'warn', severities: ['medium'] },
  { title: 'Notes', style: 'label', severities: ['low', 'info'] },
];

const mostOfOneKind = 10;

/** What went wrong, what could not be known, and what else a reader should see: where it is and what it means. */
export function findingLines(findings: readonly Finding[], page: Page): string[] {
  return groups.flatMap(({ title, style, severities }) => {
    const found = severities.flatMap((severity) => findings.filter((each) => each.severity === severity));
    if (found.length === 0) return [];
    const ids = [...new Set(found.map(({ id }) => id))];
    const heading = painted([span(title, style)], page.paint);
    return [
      heading,
      ...ids.flatMap((id) =>
        kind(
          id,
          found.filter((each) => each.id === id),
          page,
        ),
      ),
    ];
  });
}

/** All findings of one kind, and then once what that means. */
function kind(id: string, findings: readonly Finding[], page: Page): string[] {
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
