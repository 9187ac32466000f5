import { posix } from 'node:path';
import type { Evidence } from '../model/evidence.ts';
import { showUnknown } from '../model/unknown.ts';
import { type ChangeRow, changeRows } from './change-rows.ts';
import { isSame, type ProfileDiff } from './diff.ts';

/** A difference as GitHub-flavoured Markdown, for a comment on a pull request. */
export function diffMarkdown(diff: ProfileDiff): string {
  const title = `### Network profile: ${code(diff.before.reference)} → ${code(diff.after.reference)}`;
  if (isSame(diff)) return `${title}\n\nNo change in listeners, peers and exposed ports.\n`;
  const tables = changeRows(diff).map(
    ({ title: part, rows }) =>
      `#### ${part}\n\n| | what | where | why |\n| --- | --- | --- | --- |\n${rows.map(tableRow).join('\n')}`,
  );
  return `${[title, ...tables].join('\n\n')}\n`;
}

const signs: Readonly<Record<ChangeRow['kind'], string>> = { added: '➕', removed: '➖', changed: '✏️' };

function tableRow({ kind, what, before, after, evidence }: ChangeRow): string {
  const where = [before, after].filter((text) => text !== undefined).map(code);
  return `| ${signs[kind]} | ${plain(what)} | ${where.join(' → ')} | ${evidence.map(reason).join('<br>')} |`;
}

function reason({ sign, at }: { sign: string; at: Evidence }): string {
  const place =
    at.path === undefined ? at.kind : posix.join('/', at.path) + (at.line === undefined ? '' : `:${at.line}`);
  return `${sign} ${code(place)} ${at.text === at.path ? '' : code(at.text)}`.trimEnd();
}

/** Text of a stranger in a table's cell: shown as it is, never as markup. */
function code(text: string): string {
  const shown = showUnknown(text)
    .replaceAll(/[\x00-\x1f\x7f\u2028\u2029]/g, ' ')
    .slice(0, 200)
    .trim();
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const gap = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${shown.replaceAll('|', '\\|')}${gap}${fence}`;
}

function plain(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f]/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~@&:]/g, '\\$&');
}
