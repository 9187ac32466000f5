import type { Audit } from '../model/audit.ts';

/** Characters of a text, items of a list; each row for audits that are still too long with the one before. */
const bounds = [
  { text: 4096, list: 64 },
  { text: 512, list: 16 },
  { text: 128, list: 4 },
] as const;

/** Characters of an audit's JSON. */
const most = 128 * 1024;

/**
 * The audit with every text and list of a bounded size: a container chooses most of them. What was cut is said in
 * `forensics.unknown`.
 */
export function bounded(audit: Audit): Audit {
  for (const bound of bounds) {
    const cut = { count: 0 };
    const result = cutTo(audit, bound, cut) as Audit;
    if (cut.count === 0 && JSON.stringify(audit).length <= most) return audit;
    result.forensics.unknown.push(`${cut.count} texts or lists of this audit were too long and were cut`);
    if (JSON.stringify(result).length <= most || bound === bounds.at(-1)) return result;
  }
  return audit;
}

function cutTo(value: unknown, bound: (typeof bounds)[number], cut: { count: number }): unknown {
  if (typeof value === 'string') {
    if (value.length <= bound.text) return value;
    cut.count++;
    return `${value.slice(0, bound.text)}…`;
  }
  if (typeof value !== 'object' || value === null) return value;
  const isList = Array.isArray(value);
  const entries = isList ? value.map((item, index) => [String(index), item]) : Object.entries(value);
  if (entries.length > bound.list) cut.count++;
  const kept = entries.slice(0, bound.list).map(([name, item]) => [name, cutTo(item, bound, cut)]);
  return isList ? kept.map(([, item]) => item) : labels(kept, bound.text);
}

/** The names of labels are texts too. */
function labels(entries: unknown[][], length: number): unknown {
  return Object.fromEntries(entries.map(([name, item]) => [String(name).slice(0, length), item]));
}
