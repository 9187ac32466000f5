import type { Case } from './case.ts';
import type { FullPrediction, Predicted, Prediction } from './predict.ts';
import type { Truth } from './truth.ts';
import { realPath } from './view.ts';

export interface Mismatch {
  kind: 'missing' | 'invented' | 'wrong process';
  /** The socket, and for a wrong process both processes. */
  text: string;
}

/** Holds a scan against what the real server did. `root`: the view, for links to executables. */
export function compare(truth: Truth, prediction: Prediction, root: string): Mismatch[] {
  const real = new Map(truth.sockets.map(splitTruth));
  const predicted = prediction.listeners.filter(
    (listener) => isVisible(listener) && !isExcused(listener, prediction, real, root),
  );
  const keys = predicted.map((listener) => withPid(predictedKey(listener), real));
  const said = new Map(predicted.map((listener, index) => [keys[index] as string, listener.process]));
  const missing = [...real.keys()].filter((key) => !said.has(key));
  const invented = [...said.keys()].filter((key) => !real.has(key));
  const wrong = [...real].flatMap(([key, processes]) => {
    const process = said.get(key);
    const right = process === undefined || processes.split(' + ').includes(realPath(root, process));
    return right ? [] : [`${key}: ${process} instead of ${processes}`];
  });
  return [
    ...missing.map((text) => ({ kind: 'missing' as const, text })),
    ...invented.map((text) => ({ kind: 'invented' as const, text })),
    ...wrong.map((text) => ({ kind: 'wrong process' as const, text })),
  ];
}

/** Holds what a scan says beside sockets against what the case's author expects. */
export function compareExpected({ expect }: Case, { serving, peers }: FullPrediction): Mismatch[] {
  if (expect === undefined) return [];
  const databases = peers
    .filter(({ purpose }) => purpose === 'database')
    .map(({ transport, host, port, path }) => (path ? `unix ${path}` : `${transport} ${host}:${port}`));
  return [
    ...differences('serving', expect.serves, serving.map(predictedKey)),
    ...differences('database', expect.databases, databases),
  ];
}

function differences(what: string, expected: readonly string[], said: readonly string[]): Mismatch[] {
  const of = (kind: Mismatch['kind'], from: readonly string[], without: readonly string[]) =>
    from.filter((text) => !without.includes(text)).map((text) => ({ kind, text: `${what} ${text}` }));
  return [...of('missing', expected, said), ...of('invented', said, expected)];
}

/** The kernel does not tell a UDP socket on a port of its choice from one that only sends; no truth has any. */
function isVisible({ transport, port, portEnd }: Predicted): boolean {
  return transport !== 'udp' || port !== 0 || portEnd !== undefined;
}

/**
 * A server without a file that it needs, or a setting that its script asks for, opens nothing here, and all it is
 * configured for where that is given (decision 5). So its listeners may be absent when they are only possible, the scan
 * names what lacks, and the process opened nothing at all.
 */
function isExcused(
  { certainty, process }: Predicted,
  { lacks }: Prediction,
  real: ReadonlyMap<string, string>,
  root: string,
): boolean {
  if (certainty !== 'possible' || lacks === 0) return false;
  const path = realPath(root, process);
  return ![...real.values()].some((processes) => processes.split(' + ').includes(path));
}

/**
 * The contract has one listener `::` for a wildcard of IPv6, whether it takes IPv4 too or not, and one address of IPv4,
 * whatever family the socket is of.
 */
function splitTruth(line: string): [string, string] {
  const at = line.lastIndexOf(' by ');
  return [asIPv4(line.slice(0, at).replace(/^(tcp|udp)6(only)? /, '$1 ')), line.slice(at + 4)];
}

function predictedKey({ transport, address, port, portEnd, path }: Predicted): string {
  if (transport === 'unix') return `unix ${path}`;
  const host = address.includes(':') ? `[${address}]` : address;
  return asIPv4(
    `${transport} ${host}:${port}${portEnd === undefined || portEnd === port ? '' : `-${portEnd}`}`,
  );
}

function asIPv4(key: string): string {
  return key.replace(/\[::ffff:([\d.]+)\]/, '$1');
}

/** A path that ends in the server's process id: no scan can know the number, any stands for it. */
function withPid(key: string, real: ReadonlyMap<string, string>): string {
  const named = key.replace(/\.[^./]*$/, '.PID');
  return key.startsWith('unix ') && real.has(named) ? named : key;
}
