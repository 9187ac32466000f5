import { createRequire } from 'node:module';

/**
 * Calls of Linux that Node.js has no way to, through its C library. Each gives -1 when it fails; the reason is `errno`'s
 * until the next call.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  /** Takes this thread into the namespace of an open file of /proc/PID/ns. */
  setns(fd: number, kind: number): number;
  send(fd: number, bytes: Buffer, length: number, flags: number): number;
  recv(fd: number, bytes: Buffer, length: number, flags: number): number;
  errno(): number;
}

/** What is used of Koffi. */
interface Koffi {
  load(library: null): { func(prototype: string): (...args: unknown[]) => number };
  errno(): number;
}

/** Throws where there is no such library for this host. */
export function openLibc(): Libc {
  // Koffi's own package would run a script when it is installed; those for one platform hold all of it.
  const koffi = createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi;
  const program = koffi.load(null);
  return {
    socket: program.func('int socket(int domain, int type, int protocol)'),
    setns: program.func('int setns(int fd, int nstype)'),
    send: program.func('intptr_t send(int fd, const void *buf, size_t len, int flags)'),
    recv: program.func('intptr_t recv(int fd, void *buf, size_t len, int flags)'),
    errno: koffi.errno,
  };
}
