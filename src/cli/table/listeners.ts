import { bracketed } from '../../base/addresses.ts';
import type { Listener } from '../../model/profile.ts';
import { mainFirst } from '../../report/main-first.ts';
import { type Page, padded, painted, type Styled, span, widthOf } from '../text/styled.ts';
import { displayWidth, truncateMiddle } from '../text/width.ts';
import { groupRanges, type ListenerGroup } from './groups.ts';
import { why } from './why.ts';

/** Rows of one table; the rest is counted. */
const mostRows = 400;
/** Reasons stand beside their listeners where all have room or this much is left; otherwise below. */
const enoughForWhy = 64;
const leastProcess = 16;

/** TCP and UDP, then Unix sockets: APP, PROCESS, LISTENS, PURPOSE, WHY. */
export function listenerLines(listeners: readonly Listener[], page: Page): string[] {
  const groups = groupRanges(listeners);
  const network = groups.filter(({ listener }) => listener.transport !== 'unix');
  const unix = groups.filter(({ listener }) => listener.transport === 'unix');
  const tables = [table(network, 'LISTENS', page), table(unix, 'UNIX SOCKET', page)];
  const shown = tables.filter((lines) => lines.length > 0);
  return shown.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

interface Row {
  cells: [app: Styled, process: Styled, listens: Styled, purpose: Styled];
  group: ListenerGroup;
}

function table(groups: readonly ListenerGroup[], title: string, page: Page): string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, mostRows).map((group): Row => ({ cells: cellsOf(group), group }));
  const head = ['APP', 'PROCESS', title, 'PURPOSE'].map((text): Styled => [span(text, 'label')]);
  const widths = head.map((cell, column) =>
    Math.max(widthOf(cell), ...rows.map(({ cells }) => widthOf(cells[column] as Styled))),
  );
  const longest = Math.max(...rows.map(({ group }) => widthOf(why(mainFirst(group.listener), undefined))));
  const beside = fitColumns(widths, Math.min(longest, enoughForWhy), page.width);
  const line = (cells: readonly Styled[], last: Styled) =>
    [
      ...cells.map((cell, column) =>
        padded(shortened(cell, widths[column] ?? 0), widths[column] ?? 0, page.paint),
      ),
      painted(last, page.paint),
    ]
      .join('  ')
      .trimEnd();
  const lines = [line(head, beside === 'below' ? [] : [span('WHY', 'label')])];
  for (const { cells, group } of rows) {
    const evidence = mainFirst(group.listener);
    if (beside === 'below') {
      lines.push(line(cells, []));
      lines.push(`    ${painted(why(evidence, (page.width ?? 0) - 4), page.paint)}`.trimEnd());
    } else {
      lines.push(line(cells, why(evidence, beside)));
    }
  }
  if (groups.length > mostRows) lines.push(`… and ${groups.length - mostRows} more; --format json has all`);
  return lines;
}

/**
 * The columns left for reasons (undefined: any number), or that they go below. Long paths of programs give way
 * where the rest would not fit.
 */
function fitColumns(
  widths: number[],
  forWhy: number,
  width: number | undefined,
): number | undefined | 'below' {
  if (width === undefined) return undefined;
  const used = widths.reduce((sum, each) => sum + each + 2, 0);
  if (width - used >= forWhy) return width - used;
  const process = widths[1] ?? 0;
  widths[1] = Math.max(Math.min(process, leastProcess), process - Math.max(0, used - 2 - width));
  return 'below';
}

function shortened(cell: Styled, width: number): Styled {
  const [only] = cell;
  if (only === undefined || cell.length > 1 || displayWidth(only.text) <= width) return cell;
  return [{ ...only, text: truncateMiddle(only.text, width) }];
}

function cellsOf(group: ListenerGroup): Row['cells'] {
  const { app, process, purpose, serves, certainty } = group.listener;
  const possible = certainty === 'possible' ? [span(' possible', 'warn')] : [];
  return [
    [span(app)],
    [span(process)],
    [span(endpointText(group)), ...possible],
    [span(serves && serves.length > 0 ? `${purpose} (${serves.join(', ')})` : purpose)],
  ];
}

/** `tcp 0.0.0.0:80`, `tcp [::]:8000-8010`, `/run/x.sock`; a port that the kernel chooses is `random`. */
export function endpointText({ listener, last }: ListenerGroup): string {
  const { transport, address, port, portEnd, path } = listener;
  if (transport === 'unix') return path ?? '';
  const end = last ?? portEnd;
  return `${transport} ${bracketed(address)}:${port === 0 ? 'random' : port}${end === undefined ? '' : `-${end}`}`;
}
