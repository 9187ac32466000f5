import type { Evidence } from '../../model/evidence.ts';
import { cut, type Styled, span, widthOf } from '../text/styled.ts';
import { truncateMiddle } from '../text/width.ts';

/** Where the main evidence is, and what it says. */
export function evidenceParts({ kind, path, line, text }: Evidence): { place: string; text: string } {
  const at = path === undefined ? '' : line === undefined ? path : `${path}:${line}`;
  switch (kind) {
    case 'config':
      return { place: at, text: text === path ? '' : text };
    case 'argument':
      return { place: 'argument', text };
    case 'environment':
      return { place: 'variable', text };
    case 'default':
      return { place: 'default', text: at === '' ? text : `${text} (${at})` };
  }
}

/** The reason for something in one line: the main evidence, and how much more there is. */
export function why(evidence: readonly Evidence[], width: number | undefined): Styled {
  const [main, ...others] = evidence;
  if (main === undefined) return [];
  const parts = evidenceParts(main);
  const more: Styled = others.length > 0 ? [span(`  (+${others.length} more)`, 'faint')] : [];
  const text: Styled = parts.text === '' ? [] : [span(`  ${parts.text}`, 'faint')];
  const place = span(parts.place);
  if (width === undefined) return [place, ...text, ...more];
  const room = width - widthOf(more);
  const most = Math.max(room - Math.min(widthOf(text), 24), Math.floor(room / 2));
  return [...cut([{ ...place, text: truncateMiddle(place.text, most) }, ...text], room), ...more];
}
