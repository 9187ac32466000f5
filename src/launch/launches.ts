import { posix } from 'node:path';
import type { Finding } from '../model/evidence.ts';
import type { Launch, Oracle, Start } from '../model/launch.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** A launch with the files as they are when it starts: the image's, and what scripts wrote before. */
export type LaunchWithRootfs = Launch & { rootfs: Rootfs };

export interface LaunchOptions {
  /** Whether the host has IPv6. */
  ipv6: boolean;
}

/** All processes that a start leads to. First stand-in: the exec form only. */
export function findLaunches(
  start: Start,
  rootfs: Rootfs,
  _oracle: Oracle,
  _options: LaunchOptions,
): { launches: LaunchWithRootfs[]; findings: Finding[] } {
  const argv = [...start.entrypoint, ...start.cmd];
  const name = argv[0] ?? '';
  const exe = name.includes('/') ? name : posix.join(rootfs.isFile('/usr/sbin/' + name) ? '/usr/sbin' : '/usr/bin', name);
  const user = { name: start.user || 'root', uid: start.user === '' ? 0 : 65534 };
  const launch = {
    exe,
    realExe: exe,
    argv,
    env: start.env,
    cwd: start.cwd,
    user,
    via: [],
    certainty: 'certain' as const,
  };
  return { launches: [{ ...launch, rootfs }], findings: [] };
}
