import type { Style } from './paint.ts';
import { cut, type Page, padded, painted, type Styled, span, widthOf } from './styled.ts';
import { wrap } from './width.ts';

/** A label and what belongs to it, the second and later lines below the first one's text. Long lines are cut. */
export function labelled(label: string, lines: readonly Styled[], { width, paint }: Page): string[] {
  const indent = label.length + 2;
  return lines.map((line, index) => {
    const head = index === 0 ? padded([span(label, 'label')], indent, paint) : ' '.repeat(indent);
    return head + painted(cut(line, width === undefined ? undefined : width - indent), paint);
  });
}

/**
 * A text broken into lines that start `indent` columns in; `first` stands before the first line's text, the others
 * start below that text.
 */
export function paragraph(
  text: string,
  indent: number,
  { width, paint }: Page,
  first: Styled = [],
  style?: Style,
): string[] {
  const offset = indent + widthOf(first);
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - offset);
  return wrap(span(text).text, room).map((line, index) => {
    const before = index === 0 ? ' '.repeat(indent) + painted(first, paint) : ' '.repeat(offset);
    return before + paint(line, style);
  });
}
