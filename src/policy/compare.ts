import type { Verdict } from '../model/audit.ts';
import type { Process, Socket } from '../model/observation.ts';
import { covers, isAddress, overlaps } from './addresses.ts';
import type { ExpectedListener, LiveProfile } from './live-profile.ts';

/** A process that holds a socket, with what is known of it. */
export interface Holder {
  process: Process;
  /** The app that a pack recognises in it; undefined for none. */
  app: string | undefined;
  /** Undefined for one that the container was made to run. */
  distrust: Distrust | undefined;
}

/** Why a process is not what the container was made to run. */
export type Distrust =
  /** It came from a session that was put into the container, as `docker exec` does. */
  | 'session'
  /** A server started it. */
  | 'below-server';

/** One verdict, with what it rests on. */
export interface Judgement {
  verdict: Verdict;
  /** The process that decided it; undefined where no holder could be found. */
  holder: Holder | undefined;
  /** What the profile has on this port, or, where it has nothing there, for this app. */
  expected: readonly ExpectedListener[];
  /** A person's words. */
  reason: string;
}

/** Milder verdicts first: of several holders the worst one counts. */
const order: readonly Verdict[] = [
  'expected',
  'wider-address',
  'unexpected-port',
  'altered-app',
  'unknown-listener',
  'port-hijack',
];

/** Holds one socket against the profile of its container. `holders` may be empty: then only the port can be judged. */
export function compare(socket: Socket, holders: readonly Holder[], profile: LiveProfile): Judgement {
  if (holders.length === 0) return judge(socket, undefined, profile);
  const judgements = holders.map((holder) => judge(socket, holder, profile));
  return judgements.reduce((a, b) => (order.indexOf(b.verdict) > order.indexOf(a.verdict) ? b : a));
}

function judge(socket: Socket, holder: Holder | undefined, profile: LiveProfile): Judgement {
  const onPort = profile.listeners.filter(({ listener }) => isOnPort(listener, socket));
  const near = onPort.filter(({ listener }) => reaches(listener.address, socket.address));
  if (near.length > 0) return onKnownPort(socket, holder, near);
  return onOtherPort(socket, holder, profile);
}

/** The port, or the range, of the profile; a port that the kernel chooses is told by its program alone. */
function isOnPort(
  { transport, port, portEnd }: { transport: string; port: number; portEnd?: number },
  socket: Socket,
): boolean {
  if (transport !== socket.transport || port === 0) return false;
  return socket.port >= port && socket.port <= (portEnd ?? port);
}

/** A host name of the config that could not be resolved may be any address. */
function reaches(address: string, seen: string): boolean {
  return !isAddress(address) || overlaps(address, seen);
}

function onKnownPort(socket: Socket, holder: Holder | undefined, near: ExpectedListener[]): Judgement {
  const port = `${socket.transport} ${socket.port}`;
  const owners = [...new Set(near.map(({ listener }) => listener.app))].join(', ');
  if (holder === undefined) {
    return { verdict: 'expected', holder, expected: near, reason: `${port} belongs to ${owners}` };
  }
  const own = near.filter((expected) => isProgramOf(holder, expected));
  if (own.length === 0) {
    const reason = `${port} belongs to ${owners}, but ${holder.process.exe} holds it`;
    return { verdict: 'port-hijack', holder, expected: near, reason };
  }
  const doubt = alteration(holder, own);
  if (doubt !== undefined) return { verdict: 'altered-app', holder, expected: own, reason: doubt };
  const { address } = socket;
  if (own.some(({ listener }) => !isAddress(listener.address) || covers(listener.address, address))) {
    return { verdict: 'expected', holder, expected: own, reason: `${port} belongs to ${owners}` };
  }
  const configured = own.map(({ listener }) => listener.address).join(', ');
  const reason = `${owners} listens on ${address}, but is configured for ${configured}`;
  return { verdict: 'wider-address', holder, expected: own, reason };
}

function onOtherPort(socket: Socket, holder: Holder | undefined, profile: LiveProfile): Judgement {
  const port = `${socket.transport} ${socket.port}`;
  if (holder === undefined) {
    const reason = `nothing of the profile listens on ${port}, and its holder could not be found`;
    return { verdict: 'unknown-listener', holder, expected: [], reason };
  }
  const own = profile.listeners.filter((expected) => isProgramOf(holder, expected));
  if (holder.distrust === undefined && own.some((expected) => isAnyPort(expected, socket))) {
    return { verdict: 'expected', holder, expected: own, reason: `the kernel chose ${port} for it` };
  }
  const { exe } = holder.process;
  const app = own[0]?.listener.app ?? (isImages(holder) ? holder.app : undefined);
  if (app !== undefined) {
    const reason = `${app} (${exe}) listens on ${port}, which its configuration does not name`;
    return { verdict: 'unexpected-port', holder, expected: own, reason };
  }
  const reason = `${exe} listens on ${port}; the profile knows neither`;
  return { verdict: 'unknown-listener', holder, expected: [], reason };
}

function isAnyPort({ listener }: ExpectedListener, socket: Socket): boolean {
  const { transport, port, address } = listener;
  return transport === socket.transport && port === 0 && covers(address, socket.address);
}

/** The program that the profile names, or the same app of the image by another path, as after an upgrade. */
function isProgramOf(holder: Holder, { listener, program, isByArguments }: ExpectedListener): boolean {
  const { app, process } = holder;
  if (app === listener.app) return process.exe === program?.path || isImages(holder);
  return app === undefined && !isByArguments && process.exe === (program?.path ?? listener.process);
}

/** An executable of the image, in a process that the container was made to run. */
function isImages({ process, distrust }: Holder): boolean {
  return process.origin === 'image' && distrust === undefined;
}

/** Why a process of the right name is not, or no longer, the right app; undefined when it is. */
function alteration({ process, distrust }: Holder, own: readonly ExpectedListener[]): string | undefined {
  const { exe, origin } = process;
  if (origin === 'writable-layer') return `${exe} was changed inside the container`;
  if (origin === 'memory') return `${exe} runs from a file that is gone`;
  if (distrust === 'below-server') return `${exe} was started by a server, not by the container's start`;
  const altered = own.every(({ alteredBy }) => alteredBy !== undefined) ? own[0]?.alteredBy : undefined;
  return altered && `${altered} was changed inside the container after ${exe} was first started`;
}
