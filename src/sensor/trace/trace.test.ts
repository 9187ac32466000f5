import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseEvent, readEvents, type TraceEvent } from './events.ts';
import { TraceInstance } from './instance.ts';

const listen =
  'family=AF_INET6 protocol=IPPROTO_TCP sport=8080 dport=0 saddr=0.0.0.0 daddr=0.0.0.0 saddrv6=:: daddrv6=:: oldstate=TCP_CLOSE newstate=TCP_LISTEN';

describe('parseEvent', () => {
  it('reads a listen with its thread, address, port and time', () => {
    expect(
      parseEvent(`           nginx-4242    [001] ..... 18.250001: inet_sock_set_state: ${listen}`),
    ).toEqual({
      kind: 'listen',
      tid: 4242,
      address: '::',
      port: 8080,
      time: 18.250001,
    });
  });

  it('a name can hold what looks like the fields after it', () => {
    for (const name of ['a-1 [000] x', '-7', ' [1] -9', 'iou-sqp-9192', 'x: exec: ']) {
      expect(parseEvent(`${name}-4242    [001] ..... 18.25: inet_sock_set_state: ${listen}`)).toMatchObject({
        tid: 4242,
        port: 8080,
      });
    }
  });

  it('reads where a socket stops to listen, and one of MPTCP by the TCP socket behind it', () => {
    const left = listen
      .replace('=::', '=::ffff:127.0.0.1')
      .replace('oldstate=TCP_CLOSE newstate=TCP_LISTEN', 'oldstate=TCP_LISTEN newstate=TCP_CLOSE');
    const line = `nginx-42    [001] ..... 18.25: inet_sock_set_state: ${left}`;
    expect(parseEvent(line)).toEqual({ kind: 'close', tid: 42, address: '127.0.0.1', port: 8080 });
    expect(parseEvent(line.replace('IPPROTO_TCP', 'IPPROTO_MPTCP'))).toBeUndefined();
  });
});

describe('readEvents', () => {
  const read = (text: string) => {
    const events: TraceEvent[] = [];
    readEvents(Buffer.from(text, 'latin1'), (event) => events.push(event));
    return events;
  };
  const at = '   [000] ..... 1.500000:';
  const lineOf = (name: string, pid: number, event: string) => `${name.padStart(16)}-${pid} ${at} ${event}\n`;

  it('reads fork, exec and exit, and how many were lost', () => {
    const lines = [
      lineOf('sh', 7, 'sched_process_fork: comm=a pid=7 child_comm=b child_pid=9 child_pid=8'),
      lineOf('sh', 8, 'sched_process_exec: filename=/x pid=1 old_pid=2'),
      lineOf('sh', 8, 'sched_process_exit: comm=sh pid=8 prio=120 group_dead=true'),
      'CPU:1 [LOST 1404 EVENTS]\n# tracer: nop\n',
      lineOf('sh', 9, `inet_sock_set_state: ${listen}`),
      lineOf('cut', 1, 'sched_process_exit: ').slice(0, -1),
    ];
    expect(read(lines.join(''))).toMatchObject([
      { kind: 'fork', parent: 7, child: 8 },
      { kind: 'exec', pid: 8, file: '/x' },
      { kind: 'exit', pid: 8 },
      { kind: 'lost', count: 1404 },
      { kind: 'listen', tid: 9, port: 8080 },
    ]);
  });

  it('reads where a process is moved to, unless a name makes that doubtful', () => {
    const at = (path: string, name: string) =>
      read(
        lineOf(
          'runc',
          7,
          `cgroup_attach_task: dst_root=1 dst_id=2 dst_level=3 dst_path=${path} pid=8 comm=${name}`,
        ),
      );
    expect(at('/docker/a b', 'runc:[2:INIT]')).toEqual([{ kind: 'move', pid: 8, cgroup: '/docker/a b' }]);
    expect(at('/docker/a', 'x pid=9 comm=y')).toEqual([]);
  });

  it('a name with line ends, colons and what looks like a number makes no other event of it', () => {
    for (const name of ['a\nb', '\n', 'a:\nCPU:1 [LOST 9', '-1 [000] .: x: ', '12345-678 [001]']) {
      expect(read(lineOf(name, 4242, 'sched_process_exec: filename=/x pid=1 old_pid=2'))).toEqual([
        { kind: 'exec', pid: 4242, file: '/x' },
      ]);
    }
  });
});

const tracing = '/sys/kernel/tracing/instances';
const canTrace = process.getuid?.() === 0 && existsSync(tracing);

describe.skipIf(!canTrace)('a tracing instance (needs root and tracefs)', () => {
  it('tells of a listen of this process, leaves nothing behind, and takes away what a killed one left', async () => {
    const stale = `${tracing}/berthwatch-1-999999999999-listen`;
    mkdirSync(stale);
    const events: TraceEvent[] = [];
    const instance = new TraceInstance({
      purpose: 'test',
      events: { 'sock/inet_sock_set_state': 'newstate == 10', 'sched/sched_process_exec': '' },
      bufferKilobytes: 64,
    });
    instance.follow({
      onLines: (lines) => readEvents(lines, (event) => events.push(event)),
      onEnd: (reason) => expect.unreachable(reason),
    });
    expect(instance.isIntact()).toBe(true);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { pid } = spawnSync('/bin/true');
    const wanted = [
      { kind: 'listen', tid: process.pid, address: '127.0.0.1', port },
      { kind: 'exec', pid },
    ];
    for (const event of wanted)
      await expect.poll(() => events).toContainEqual(expect.objectContaining(event));
    server.close();
    await instance.close();
    expect(existsSync(stale)).toBe(false);
    expect(readdirSync(tracing).filter((name) => name.startsWith(`berthwatch-${process.pid}-`))).toEqual([]);
  });
});
