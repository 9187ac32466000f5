import { showUnknown } from '../../model/unknown.ts';
import { type Paint, plain, type Style } from './paint.ts';
import { printable } from './printable.ts';
import { displayWidth, truncate } from './width.ts';

/** A piece of a line, printable, in one style. */
export interface Span {
  text: string;
  style: Style | undefined;
}

/** A text in one line, piece by piece, so that its width is known before it is painted. */
export type Styled = readonly Span[];

/** How a page is shown: `width` undefined where nothing limits a line. */
export interface Page {
  width: number | undefined;
  paint: Paint;
}

/** Nothing that is shown is longer; hostile texts may be megabytes. */
const longest = 4_000;

/** A printable span of any text; unknown values by their reasons. */
export function span(text: string, style?: Style): Span {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return { text: printable(showUnknown(shown)), style };
}

export function widthOf(styled: Styled): number {
  return styled.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** Cut to at most `width` columns. */
export function cut(styled: Styled, width: number | undefined): Styled {
  if (width === undefined || widthOf(styled) <= width) return styled;
  const kept: Span[] = [];
  let left = width;
  for (const each of styled) {
    const size = displayWidth(each.text);
    if (size < left) {
      kept.push(each);
      left -= size;
      continue;
    }
    kept.push({ ...each, text: truncate(`${each.text}…`, left) });
    break;
  }
  return kept;
}

export function painted(styled: Styled, paint: Paint): string {
  return styled.map(({ text, style }) => paint(text, style)).join('');
}

/** Painted and filled up with blanks to `width` columns. */
export function padded(styled: Styled, width: number, paint: Paint = plain): string {
  return painted(styled, paint) + ' '.repeat(Math.max(0, width - widthOf(styled)));
}
