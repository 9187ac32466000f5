import { cut, type Page, padded, painted, type Styled, widthOf } from './styled.ts';

/** Rows of cells as lines: each column as wide as its widest cell, the last one as wide as the page lets it be. */
export function columns(rows: readonly (readonly Styled[])[], { width, paint }: Page): string[] {
  const last = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? []))),
  );
  const used = widths.reduce((sum, each) => sum + each + 2, 0);
  return rows.map((row) => {
    const cells = widths.map((size, column) => padded(row[column] ?? [], size + 2, paint));
    const rest = cut(row[last] ?? [], width === undefined ? undefined : Math.max(8, width - used));
    return cells.join('') + painted(rest, paint);
  });
}
