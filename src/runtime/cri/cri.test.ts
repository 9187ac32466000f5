import { mkdtempSync } from 'node:fs';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import { NotOffered } from '../runtime.ts';
import { CriRuntime } from './cri.ts';
import { encode, type Field, Message } from './protobuf.ts';

// The socket's path must be short: sun_path holds 108 bytes.
const dir = temporaryFolder();
const id = 'a'.repeat(64);

type Answer = readonly Field[] | { status: number; message?: string } | ((stream: ServerHttp2Stream) => void);

const servers: Http2Server[] = [];
const runtimes: CriRuntime[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const runtime of runtimes.splice(0)) runtime.close();
  for (const server of servers.splice(0)) server.close();
});

function frame(fields: readonly Field[]): Buffer {
  const message = encode(fields);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** A runtime that the test is: what it answers to each method, by its last word. */
async function runtimeWith(answers: Record<string, Answer>) {
  const socket = join(mkdtempSync(join(dir, 'c-')), 's');
  const server = createServer();
  servers.push(server);
  const asked: string[] = [];
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      asked.push(`${method} ${new Message(Buffer.concat(parts).subarray(5)).text(1)}`.trim());
      answer(stream, answers[method] ?? { status: 12 });
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const runtime = new CriRuntime({ name: socket, connect: { kind: 'socket', path: socket } });
  runtimes.push(runtime);
  return { runtime, asked };
}

const head = { ':status': 200, 'content-type': 'application/grpc' };

function answer(stream: ServerHttp2Stream, given: Answer): void {
  if (typeof given === 'function') {
    given(stream);
  } else if ('status' in given) {
    stream.respond({ ...head, 'grpc-status': given.status, 'grpc-message': given.message ?? '' });
    stream.end();
  } else {
    complete(stream, frame(given));
  }
}

function complete(stream: ServerHttp2Stream, body: Buffer): void {
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(body);
}

const spec = {
  process: { args: ['/run', '-x'], env: ['A=1'], cwd: '/w', user: { uid: 5, gid: 6 } },
};
const labels: Field[] = Object.entries({ namespace: 'shop', name: 'front' }).map(([key, value]) => [
  12,
  [
    [1, `io.kubernetes.pod.${key}`],
    [2, value],
  ],
]);

function status(state: number, info: unknown = { pid: 7, sandboxID: 'pod', runtimeSpec: spec }): Field[] {
  const container: Field[] = [
    [1, id],
    [2, [[1, 'web']]],
    [3, state],
    [8, [[1, 'web:1']]],
    [9, 'r@sha256:x'],
    ...labels,
  ];
  return [
    [
      1,
      [
        ...container,
        [
          12,
          [
            [1, 'io.kubernetes.container.name'],
            [2, 'web'],
          ],
        ],
      ],
    ],
    [
      2,
      [
        [1, 'info'],
        [2, JSON.stringify(info)],
      ],
    ],
  ];
}

const image: Field[] = [
  [
    2,
    [
      [1, 'info'],
      [2, '{"imageSpec":{"config":{"ExposedPorts":{"80/tcp":{}}}}}'],
    ],
  ],
];
const pod = (network: number): Field[] => [[1, [[6, [[1, [[2, [[1, network]]]]]]]]]];

describe('CriRuntime', () => {
  it('says who answers', async () => {
    const { runtime } = await runtimeWith({
      Version: [
        [1, '0.1.0'],
        [2, 'cri-o'],
        [3, '1.30.0'],
      ],
    });
    expect(await runtime.identify()).toEqual({ runtime: 'cri-o', version: '1.30.0' });
  });

  it.each([
    ['CRI switched off', { status: 12, message: 'unknown%20service' }],
    ['Docker, which has an interface of its own', [[2, 'docker']] as Field[]],
  ])('%s is nothing to ask', async (_, Version) => {
    const { runtime } = await runtimeWith({ Version });
    await expect(runtime.identify()).rejects.toBeInstanceOf(NotOffered);
  });

  it('lists what runs, containers and pods', async () => {
    const listed = (name: string, state: number): Field => [
      1,
      [
        [1, name],
        [6, state],
      ],
    ];
    const { runtime } = await runtimeWith({
      ListContainers: [listed('created', 0), listed('runs', 1), listed('ended', 2), listed('unknown', 3)],
      ListPodSandbox: [
        [1, [[1, 'pod']]],
        [
          1,
          [
            [1, 'gone'],
            [3, 1],
          ],
        ],
      ],
    });
    expect([...(await runtime.list())]).toEqual([
      ['created', '0'],
      ['runs', '1'],
      ['pod', '0'],
    ]);
  });

  it('reads a container, its pod and its image', async () => {
    const { runtime, asked } = await runtimeWith({
      ContainerStatus: status(1),
      PodSandboxStatus: pod(2),
      ImageStatus: image,
    });
    expect(await runtime.inspect(id)).toMatchObject({
      workload: { id, name: 'shop/front/web', image: 'web:1', runtime: 'containerd' },
      pid: 7,
      start: { entrypoint: ['/run', '-x'], cmd: [], env: { A: '1' }, cwd: '/w', user: '5:6' },
      ports: [{ transport: 'tcp', port: 80 }],
      isHostNetwork: true,
    });
    expect(asked.slice(0, 2)).toEqual([`ContainerStatus ${id}`, 'PodSandboxStatus pod']);
  });

  it('of a runtime that tells no more than it must, the start is not known', async () => {
    const { runtime } = await runtimeWith({ ContainerStatus: status(1, 'x'), ImageStatus: [] });
    expect(await runtime.inspect(id)).toMatchObject({ pid: 0, start: undefined, isHostNetwork: false });
  });

  it('one that has ended, that nobody knows, or that is another is none', async () => {
    const ended = await runtimeWith({ ContainerStatus: status(2), PodSandboxStatus: pod(0) });
    expect(await ended.runtime.inspect(id)).toBeUndefined();
    const unknown = await runtimeWith({ ContainerStatus: { status: 5 }, PodSandboxStatus: { status: 5 } });
    expect(await unknown.runtime.inspect(id)).toBeUndefined();
    const other = await runtimeWith({
      ContainerStatus: status(1),
      PodSandboxStatus: pod(0),
      ImageStatus: [],
    });
    expect(await other.runtime.inspect('a'.repeat(63))).toBeUndefined();
  });

  it('tells by events where the runtime has them', async () => {
    const { runtime } = await runtimeWith({
      GetContainerEvents: (stream) => {
        stream.respond(head);
        const events = Buffer.concat([
          frame([[1, 'a']]),
          frame([
            [1, 'b'],
            [2, 1],
          ]),
        ]);
        // Cut inside a message.
        stream.write(events.subarray(0, 7));
        setImmediate(() => stream.write(events.subarray(7)));
      },
    });
    const stop = new AbortController();
    const found: string[] = [];
    for await (const change of runtime.changes(stop.signal)) {
      found.push(change.kind === 'one' ? change.id : 'all');
      if (found.includes('b')) break;
    }
    stop.abort();
    expect(found).toEqual(['all', 'a', 'b']);
    expect(runtime.tells).toBe('events');
  });

  it('looks at the list again and again where it has none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { runtime } = await runtimeWith({});
    const changes = runtime.changes(new AbortController().signal);
    const all = { value: { kind: 'all' }, done: false };
    // At once, again when it turns out that there are no events, and then every 2 s.
    expect(await changes.next()).toEqual(all);
    expect(await changes.next()).toEqual(all);
    const third = changes.next();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await third).toEqual(all);
    expect(runtime.tells).toBe('polled');
  });

  it.each<[string, Answer, RegExp]>([
    ['a refusal', { status: 13, message: 'no%20way%25' }, /answers: no way%$/],
    [
      'an answer that is no message',
      (stream) => complete(stream, Buffer.from([0, 0, 0, 0, 2, 0x0a, 9])),
      /no message of CRI/,
    ],
    [
      'nothing',
      (stream) => stream.respond({ ...head, 'grpc-status': 0 }, { endStream: true }),
      /answers nothing/,
    ],
    ['a page', (stream) => stream.respond({ ':status': 404 }, { endStream: true }), /status 404/],
    [
      'a message without end',
      (stream) => {
        stream.respond(head);
        stream.end(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]));
      },
      /not asked for/,
    ],
    [
      'a broken connection',
      (stream) => void stream.session?.destroy(),
      /the connection .* broke|no container runtime answers/,
    ],
  ])('%s is an error that says so', async (_, Version, message) => {
    const { runtime } = await runtimeWith({ Version });
    await expect(runtime.identify()).rejects.toMatchObject({
      code: 'DAEMON_UNREACHABLE',
      message: expect.stringMatching(message),
    });
  });

  it('a socket that is not there', async () => {
    const path = join(dir, 'none');
    const runtime = new CriRuntime({ name: path, connect: { kind: 'socket', path } });
    await expect(runtime.identify()).rejects.toThrow('no container runtime answers (ENOENT)');
  });
});
