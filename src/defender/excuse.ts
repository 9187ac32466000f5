import type { Verdict } from '../model/audit.ts';
import type { Socket } from '../model/observation.ts';
import type { Judgement } from '../policy/compare.ts';
import type { LiveProfile } from '../policy/live-profile.ts';
import { isEphemeral, isOfKernel } from '../sensor/sockets/ephemeral.ts';
import type { Baseline } from './baseline.ts';

export interface Ruling extends Judgement {
  profile: LiveProfile;
  /** What a pack can't tell was learned: a person's words for from what. */
  learned?: string;
}

/** Verdicts that only say that a socket is not known. */
const learnable: readonly Verdict[] = ['unknown-listener', 'unexpected-port', 'wider-address'];

/**
 * What is not known need not be wrong: clients may keep their sockets, and where not all of a workload is known, what its
 * own programs did in its first time is taken for what they should do.
 */
export function excused(ruling: Ruling, socket: Socket, baseline: Baseline): Ruling {
  if (!learnable.includes(ruling.verdict)) return ruling;
  if (isClient(ruling, socket)) {
    const reason = `${ruling.holder?.process.exe} sends from it, on a port of the kernel’s choice`;
    return { ...ruling, verdict: 'expected', reason };
  }
  if (socket.inode === 0 && mayPass(ruling, socket)) return momentary(ruling, socket);
  if (ruling.profile.isComplete) return ruling;
  if (socket.inode === 0) return momentary(ruling, socket);
  const learned = baseline.allows(socket, ruling.holder);
  if (learned !== undefined) return { ...ruling, verdict: 'expected', reason: learned, learned };
  return hijacked(ruling, socket, baseline.ownerOf(socket));
}

/**
 * A server asks the kernel for a free port, or talks to another one of its programs, for a moment: it need not be told of
 * unless it lasts. What its pack knows of it is listed and has its own ports.
 */
export function mayPass({ verdict, holder, profile }: Ruling, { transport, port }: Socket): boolean {
  const isDoubtful = verdict === 'unknown-listener' || verdict === 'unexpected-port';
  if (!isDoubtful || transport !== 'tcp' || !isOfKernel(port) || holder === undefined) return false;
  const { exe, origin } = holder.process;
  const isServer = profile.listeners.some(({ program }) => program?.path === exe);
  return isServer && origin === 'image' && holder.distrust === undefined;
}

/** A port that was learned to be another program's. */
function hijacked(ruling: Ruling, { transport, port }: Socket, owner: string | undefined): Ruling {
  const exe = ruling.holder?.process.exe;
  if (owner === undefined || exe === undefined || owner === exe) return ruling;
  const reason = `${transport} ${port} was ${owner}’s from the beginning, but ${exe} holds it`;
  return { ...ruling, verdict: 'port-hijack', reason };
}

/** What a program that belongs there asks others from: name servers, log servers, peers of QUIC. It may last. */
function isClient({ holder }: Ruling, socket: Socket): boolean {
  return isEphemeral(socket) && holder?.process.origin === 'image' && holder.distrust === undefined;
}

/** What was there for a moment only is no habit; but programs look for a free port like that. */
function momentary(ruling: Ruling, { port }: Socket): Ruling {
  if (port !== 0 && !isOfKernel(port)) return ruling;
  const learned = 'it was there for a moment only, on a port of the kernel’s choice';
  return { ...ruling, verdict: 'expected', reason: learned, learned };
}
