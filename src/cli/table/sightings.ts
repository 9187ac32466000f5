import { bracketed } from '../../base/addresses.ts';
import type { Sighting } from '../../defender/defender.ts';
import type { Verdict } from '../../model/audit.ts';
import { columns } from '../text/columns.ts';
import type { Style } from '../text/paint.ts';
import { type Page, type Styled, span } from '../text/styled.ts';

const styles: Record<Verdict, Style> = {
  expected: 'good',
  'wider-address': 'warn',
  'unexpected-port': 'bad',
  'unknown-listener': 'bad',
  'altered-app': 'bad',
  'port-hijack': 'bad',
};

/** Sockets of a host as lines: whose, who, where, and whether that is as it should be. */
export function sightingsTable(sightings: readonly Sighting[], page: Page): string[] {
  const head = ['WORKLOAD', 'APP', 'LISTENER', 'VERDICT', 'PROCESS', 'WHY'].map(
    (text): Styled => [span(text, 'label')],
  );
  return columns([head, ...[...sightings].sort(inOrder).map(rowOf)], page);
}

function rowOf({ observation, declaration, ruling }: Sighting): Styled[] {
  const { workload } = declaration;
  const process = ruling.holder?.process ?? observation.holders[0];
  return [
    [span(workload.name)],
    [span(appOf(ruling) ?? '-', appOf(ruling) === undefined ? 'faint' : undefined)],
    [span(endpoint(observation.socket))],
    [span(ruling.verdict, styles[ruling.verdict])],
    [span(process === undefined ? '-' : `${process.exe} (${process.pid})`)],
    [span(whyOf(ruling), 'faint')],
  ];
}

function appOf({ verdict, expected, holder }: Sighting['ruling']): string | undefined {
  return verdict === 'port-hijack' ? holder?.app : (expected[0]?.listener.app ?? holder?.app);
}

/** For what is as expected the line that says so, else what is wrong. */
function whyOf({ verdict, expected, reason, learned }: Sighting['ruling']): string {
  const evidence = expected[0]?.listener.evidence[0];
  if (verdict !== 'expected' || learned !== undefined || evidence === undefined) return reason;
  const { path, line, text } = evidence;
  return path === undefined ? text : `${path}${line === undefined ? '' : `:${line}`} ${text}`;
}

function endpoint({ transport, address, port }: Sighting['observation']['socket']): string {
  return `${transport} ${bracketed(address)}:${port}`;
}

/** Containers before the host. */
function inOrder(a: Sighting, b: Sighting): number {
  return (
    Number(isHosts(a)) - Number(isHosts(b)) ||
    compareTexts(a.declaration.workload.name, b.declaration.workload.name) ||
    compareTexts(a.observation.socket.transport, b.observation.socket.transport) ||
    a.observation.socket.port - b.observation.socket.port ||
    compareTexts(a.observation.socket.address, b.observation.socket.address)
  );
}

function isHosts({ declaration }: Sighting): boolean {
  return declaration.workload.runtime === 'host';
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
