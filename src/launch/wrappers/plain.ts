import { plain, type Wrapper } from './wrapper.ts';

/** Wrappers that only start what follows their options. Options as in their manual pages. */
export const plainWrappers: Readonly<Record<string, Wrapper>> = {
  // Init processes: they stay, and forward signals.
  tini: plain({ short: 'svwgp:e:hl' }, { parent: true, stop: ['h', 'l'] }),
  'tini-static': plain({ short: 'svwgp:e:hl' }, { parent: true, stop: ['h', 'l'] }),
  'docker-init': plain({ short: 'svwgp:e:hl' }, { parent: true, stop: ['h', 'l'] }),
  'dumb-init': plain(
    {
      short: 'hVvcr:',
      long: { 'single-child': false, rewrite: true, verbose: false, help: false, version: false },
    },
    { parent: true, stop: ['h', 'V'] },
  ),
  catatonit: plain(
    { short: 'PghLV', long: { pause: false, help: false, version: false, license: false } },
    { parent: true, stop: ['P', 'h', 'L', 'V'] },
  ),
  // Scheduling and limits.
  ionice: plain(
    {
      short: 'c:n:p:P:tu:hV',
      long: { class: true, classdata: true, pid: true, pgid: true, ignore: false, uid: true },
    },
    { stop: ['p', 'P', 'u', 'pid', 'pgid', 'uid', 'h', 'V'] },
  ),
  chrt: plain(
    {
      short: 'bdfiorRT:P:D:ampvhV',
      long: {
        batch: false,
        deadline: false,
        fifo: false,
        idle: false,
        other: false,
        rr: false,
        'reset-on-fork': false,
        'sched-runtime': true,
        'sched-period': true,
        'sched-deadline': true,
        'all-tasks': false,
        max: false,
        pid: false,
        verbose: false,
      },
    },
    { operands: 1, stop: ['m', 'p', 'max', 'pid', 'h', 'V'] },
  ),
  taskset: plain(
    { short: 'apchV', long: { 'all-tasks': false, pid: false, 'cpu-list': false } },
    { operands: 1, stop: ['p', 'pid', 'h', 'V'] },
  ),
  numactl: plain(
    {
      short: 'i:N:m:C:p:lsHa',
      long: {
        interleave: true,
        cpunodebind: true,
        physcpubind: true,
        membind: true,
        preferred: true,
        'preferred-many': true,
        localalloc: false,
        all: false,
        show: false,
        hardware: false,
        balancing: false,
      },
    },
    { stop: ['s', 'H', 'show', 'hardware'] },
  ),
  prlimit: plain({ lenient: true, short: 'p:o:' }, { stop: ['p', 'pid', 'h', 'V'] }),
  softlimit: plain({ short: 'd:s:l:a:p:f:c:t:r:o:m:' }),
  's6-softlimit': plain({ short: 'hHa:c:d:f:l:m:o:p:r:s:t:' }),
  eatmydata: plain({}),
  // Streams, sessions, signals, locks.
  nohup: plain({}),
  catchsegv: plain({}),
  setsid: plain({ short: 'cfwhV', long: { ctty: false, fork: false, wait: false } }, { stop: ['h', 'V'] }),
  pgrphack: plain({}),
  unbuffer: plain({ short: 'p' }, { parent: true }),
  timeout: plain(
    {
      short: 'k:s:vfp',
      long: { 'preserve-status': false, foreground: false, 'kill-after': true, signal: true, verbose: false },
    },
    { operands: 1, parent: true },
  ),
  setlock: plain({ short: 'nNxX' }, { operands: 1 }),
  's6-setlock': plain({ short: 'nNt:rw' }, { operands: 1 }),
  'dbus-run-session': plain(
    { short: 'hV', long: { 'dbus-daemon': true, 'config-file': true } },
    { parent: true, stop: ['h', 'V'] },
  ),
  setarch: plain({ lenient: true }, { operands: 1 }),
  linux32: plain({ lenient: true }),
  linux64: plain({ lenient: true }),
  unshare: plain({ lenient: true, short: 'R:w:S:G:' }),
  time: plain({ short: 'apvf:o:qV', long: { format: true, output: true } }, { parent: true, stop: ['V'] }),
  strace: plain(
    { lenient: true, short: 'e:o:p:s:u:E:a:b:I:O:P:S:U:X:' },
    { parent: true, stop: ['p', 'V', 'h'] },
  ),
  // Supervision suites' chain loading programs.
  's6-notifyoncheck': plain({ short: 'd3:s:T:t:w:n:c:' }),
  's6-fghack': plain({}),
  fdmove: plain({ short: 'c' }, { operands: 2 }),
  fdclose: plain({}, { operands: 1 }),
  's6-log': () => undefined,
};
