import { bracketed } from '../base/addresses.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Listener, Peer, Profile } from '../model/profile.ts';
import type { Change, ProfileDiff } from './diff.ts';
import { mainFirst } from './main-first.ts';

/** One change as a line of any presentation. */
export interface ChangeRow {
  kind: 'added' | 'removed' | 'changed';
  /** `nginx http`; of a changed one also what else than its place changed. */
  what: string;
  before: string | undefined;
  after: string | undefined;
  /** The main evidence of each side that is there; `-` before, `+` after. */
  evidence: { sign: '-' | '+'; at: Evidence }[];
}

/** The kinds of things that changed, with their changes. */
export function changeRows(diff: ProfileDiff): { title: string; rows: ChangeRow[] }[] {
  const parts = [
    { title: 'Listeners', rows: diff.listeners.map((change) => rowOf(change, listenerText)) },
    { title: 'Peers', rows: diff.peers.map((change) => rowOf(change, peerText)) },
    { title: 'EXPOSE', rows: diff.exposed.map((change) => rowOf(change, exposedText)) },
  ];
  return parts.filter(({ rows }) => rows.length > 0);
}

interface Described {
  what: string;
  place: string;
  evidence: Evidence | undefined;
}

function rowOf<T>(change: Change<T>, describe: (item: T) => Described): ChangeRow {
  const before = change.kind === 'added' ? undefined : describe(change.before);
  const after = change.kind === 'removed' ? undefined : describe(change.after);
  const evidence: ChangeRow['evidence'] = [];
  if (before?.evidence) evidence.push({ sign: '-', at: before.evidence });
  if (after?.evidence) evidence.push({ sign: '+', at: after.evidence });
  const names = [...new Set([before?.what, after?.what].filter((name) => name !== undefined))];
  return { kind: change.kind, what: names.join(' → '), before: before?.place, after: after?.place, evidence };
}

function listenerText(listener: Listener): Described {
  const { app, process, purpose, certainty, transport, address, port, portEnd, path } = listener;
  const doubt = certainty === 'possible' ? ' (possible)' : '';
  const ports = port === 0 ? 'random' : `${port}${portEnd === undefined ? '' : `-${portEnd}`}`;
  const place = path ?? `${transport} ${bracketed(address)}:${ports}`;
  return { what: `${app} ${purpose}${doubt}, ${process}`, place, evidence: mainFirst(listener)[0] };
}

function peerText({ app, purpose, transport, host, port, path, certainty, evidence }: Peer): Described {
  const doubt = certainty === 'possible' ? ' (possible)' : '';
  const place = path ?? `${transport} ${bracketed(host)}:${port === 0 ? '?' : port}`;
  return { what: `${app} to ${purpose}${doubt}`, place, evidence: evidence[0] };
}

function exposedText({ transport, port }: Profile['exposed'][number]): Described {
  return { what: 'EXPOSE', place: `${port}/${transport}`, evidence: undefined };
}
