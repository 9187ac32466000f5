import { describe, expect, it } from 'vitest';
import type { Process } from '../model/observation.ts';
import type { Listener } from '../model/profile.ts';
import type { ExpectedListener, LiveProfile } from '../policy/live-profile.ts';
import { distrustOf, mayDeclare } from './trust.ts';

const expected = (path: string, isByArguments = false): ExpectedListener => ({
  listener: { app: 'x', process: path } as Listener,
  program: { path, device: 1, inode: 1 },
  isByArguments,
});
const profile = {
  listeners: [expected('/usr/sbin/web'), expected('/bin/java', true)],
} as unknown as LiveProfile;

const process = (exe: string, parents: string[], over: Partial<Process> = {}): Process =>
  ({
    exe,
    origin: 'image',
    entry: 'start',
    lineage: parents.map((parent, pid) => ({ pid, exe: parent })),
    ...over,
  }) as Process;

describe('trust', () => {
  it('a worker of a server, and what a script starts, is what the container was made to run', () => {
    for (const each of [
      process('/usr/sbin/web', ['/usr/sbin/web', '/bin/sh']),
      process('/usr/bin/other', ['/bin/sh']),
      process('/usr/bin/other', ['/bin/java', '/bin/sh']),
    ]) {
      expect(distrustOf(each, profile)).toBeUndefined();
      expect(mayDeclare(each, profile)).toBe(true);
    }
  });

  it('what a server starts is not, however far above it is', () => {
    const child = process('/usr/bin/other', ['/bin/sh', '/usr/sbin/web', '/bin/sh']);
    expect(distrustOf(child, profile)).toBe('below-server');
    expect(mayDeclare(child, profile)).toBe(false);
  });

  it('nor what came from a session, or runs a file that is not the image’s', () => {
    expect(distrustOf(process('/usr/sbin/web', [], { entry: 'exec' }), profile)).toBe('session');
    expect(mayDeclare(process('/usr/sbin/web', [], { entry: 'exec' }), profile)).toBe(false);
    expect(mayDeclare(process('/usr/sbin/web', [], { origin: 'writable-layer' }), profile)).toBe(false);
    expect(mayDeclare(process('/usr/sbin/web', [], { origin: 'memory' }), profile)).toBe(false);
  });
});
