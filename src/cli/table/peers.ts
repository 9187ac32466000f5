import { bracketed } from '../../base/addresses.ts';
import type { Peer } from '../../model/profile.ts';
import { labelled } from '../text/labelled.ts';
import { type Page, padded, type Styled, span, widthOf } from '../text/styled.ts';
import { truncateMiddle } from '../text/width.ts';
import { evidenceParts, why } from './why.ts';

const mostPeers = 20;
const leastWhy = 44;

/** What the apps' configuration makes them connect to, one line each. */
export function peerLines(peers: readonly Peer[], page: Page): string[] {
  const label = 'Connects to';
  const rows = distinct(peers)
    .slice(0, mostPeers)
    .map((peer) => ({
      peer,
      where: [span(peerText(peer)), ...(peer.certainty === 'possible' ? [span(' possible', 'warn')] : [])],
      purpose: [span(peer.purpose)] as Styled,
    }));
  const whereWidth = Math.max(0, ...rows.map(({ where }) => widthOf(where)));
  const purposeWidth = Math.max(0, ...rows.map(({ purpose }) => widthOf(purpose)));
  const room =
    page.width === undefined ? undefined : page.width - label.length - whereWidth - purposeWidth - 6;
  const lines = rows.map(
    ({ peer, where, purpose }): Styled => [
      ...where,
      span(padded([], whereWidth - widthOf(where) + 2)),
      ...purpose,
      span(padded([], purposeWidth - widthOf(purpose) + 2)),
      ...(room === undefined || room > 12 ? reason(peer, room) : []),
    ],
  );
  const left = distinct(peers).length - rows.length;
  if (left > 0) lines.push([span(`… and ${left} more`)]);
  return labelled(label, lines, page);
}

function distinct(peers: readonly Peer[]): Peer[] {
  const seen = new Map(
    peers.toReversed().map((peer) => [`${peer.app} ${peer.purpose} ${peerText(peer)}`, peer]),
  );
  return [...seen.values()].reverse();
}

/** `tcp backend:9000`, `/run/php.sock`; `?` for a port that is not known. */
export function peerText({ transport, host, port, path }: Peer): string {
  if (path !== undefined) return path;
  return `${transport} ${bracketed(host)}:${port === 0 ? '?' : port}`;
}

/** With little room, only where it stands. */
function reason({ evidence }: Peer, room: number | undefined): Styled {
  const [main] = evidence;
  if (main === undefined || room === undefined || room >= leastWhy) return why(evidence, room);
  return [span(truncateMiddle(evidenceParts(main).place, room))];
}
