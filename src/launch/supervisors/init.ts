import { posix } from 'node:path';
import { busyboxInit } from './busybox-init.ts';
import type { Supervisor } from './child.ts';
import { sysvInit } from './inittab.ts';
import { hasOverlay, s6Overlay } from './s6-overlay/index.ts';
import { systemd } from './systemd/index.ts';

/** `init` is many programs: which one, its path and what is behind its links tell. */
export const init: Supervisor = (call, self) => {
  if (call.name === '/init' && hasOverlay(call)) return s6Overlay(call, self);
  const real = posix.basename(self.realExe ?? '');
  if (real === 'systemd') return systemd(call, self);
  return /^(busybox|toybox)/.test(real) ? busyboxInit(call, self) : sysvInit(call, self);
};
