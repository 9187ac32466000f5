import { describe, expect, it } from 'vitest';
import type { Socket } from '../model/observation.ts';
import { judgeBelowPorts } from './below-ports.ts';
import type { Holder } from './compare.ts';

const socket = { transport: 'packet', address: '', port: 3 } as Socket;
const holder = (exe: string, origin: string, distrust?: Holder['distrust']): Holder =>
  ({ process: { exe, origin }, app: undefined, distrust }) as Holder;

describe('judgeBelowPorts', () => {
  it.each([
    ['a program of the image', [holder('/usr/sbin/keepalived', 'image')], 'expected', '/usr/sbin/keepalived'],
    ['nobody that can be seen', [], 'expected', undefined],
    ['a session', [holder('/usr/bin/tcpdump', 'image', 'session')], 'unknown-listener', '/usr/bin/tcpdump'],
    ['below a server', [holder('/bin/sh', 'image', 'below-server')], 'unknown-listener', '/bin/sh'],
    ['no file', [holder('/a', 'image'), holder('memfd:x', 'memory')], 'unknown-listener', 'memfd:x'],
    ['dropped', [holder('/tmp/x', 'writable-layer')], 'unknown-listener', '/tmp/x'],
  ])('held by %s', (_, holders, verdict, exe) => {
    const judged = judgeBelowPorts(socket, holders, false);
    expect([judged.verdict, judged.holder?.process.exe]).toEqual([verdict, exe]);
    expect(judged.reason).toContain('a packet socket, protocol 3');
  });

  it('on the host nobody is strange', () => {
    const judged = judgeBelowPorts(socket, [holder('/usr/bin/tcpdump', 'image', 'session')], true);
    expect([judged.verdict, judged.holder?.process.exe]).toEqual(['expected', '/usr/bin/tcpdump']);
  });
});
