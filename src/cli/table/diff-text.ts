import { type ChangeRow, changeRows } from '../../report/change-rows.ts';
import { isSame, type ProfileDiff } from '../../report/diff.ts';
import type { Style } from '../text/paint.ts';
import { cut, type Page, painted, type Styled, span } from '../text/styled.ts';
import { why } from './why.ts';

/** A difference for people: a line each, and below it the lines that changed it. */
export function diffText(diff: ProfileDiff, page: Page): string {
  const head = line([span(`${diff.before.reference} → ${diff.after.reference}`, 'title')], page);
  if (isSame(diff)) return `${head}\n\nNo change in listeners, peers and exposed ports.\n`;
  const parts = changeRows(diff).map(({ title, rows }) =>
    [line([span(title, 'label')], page), ...rows.flatMap((row) => rowLines(row, page))].join('\n'),
  );
  return `${[head, ...parts].join('\n\n')}\n`;
}

const signs: Readonly<Record<ChangeRow['kind'], { sign: string; style: Style }>> = {
  added: { sign: '+', style: 'good' },
  removed: { sign: '-', style: 'bad' },
  changed: { sign: '~', style: 'warn' },
};

function rowLines({ kind, what, before, after, evidence }: ChangeRow, page: Page): string[] {
  const { sign, style } = signs[kind];
  const places = before === after ? [before] : [before, after];
  const where = places.filter((place) => place !== undefined).join(' → ');
  const room = page.width === undefined ? undefined : page.width - 6;
  return [
    line([span(`  ${sign} `, style), span(where), span(`  ${what}`, 'faint')], page),
    ...evidence.map((each) =>
      line([span(`      ${each.sign} `, each.sign === '+' ? 'good' : 'bad'), ...why([each.at], room)], page),
    ),
  ];
}

function line(styled: Styled, page: Page): string {
  return painted(cut(styled, page.width), page.paint);
}
