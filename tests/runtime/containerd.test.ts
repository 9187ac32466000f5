import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field } from '../../src/runtime/cri/protobuf.ts';
import { Containerd, image, noContainerd } from './containerd.ts';
import { until, watch } from './watched.ts';

const reason = noContainerd();

describe.skipIf(reason !== undefined)(
  `containerd${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let containerd: Containerd;
    let watched: Awaited<ReturnType<typeof watch>>;
    let pod: Awaited<ReturnType<Containerd['runPod']>>;

    beforeAll(async () => {
      containerd = new Containerd();
      await containerd.start();
      containerd.makeImage();
      pod = await containerd.runPod('front');
      watched = await watch({ cri: [containerd.socket] });
    });
    afterAll(async () => {
      watched.runtimes.close();
      await containerd.removePods();
      await containerd.stop();
      containerd.remove();
    });

    it('what really runs: arguments, environment, mounts, ports', async () => {
      const labels = { namespace: 'shop', pod: 'front', container: 'web' };
      const names = ['io.kubernetes.pod.namespace', 'io.kubernetes.pod.name', 'io.kubernetes.container.name'];
      const pairs = Object.values(labels).map(
        (value, index): Field => [
          9,
          [
            [1, names[index]!],
            [2, value],
          ],
        ],
      );
      const ports = '[{"containerPort":9001,"protocol":"TCP"},{"containerPort":53,"protocol":"UDP"}]';
      const id = await containerd.run(pod, [
        [4, '101'],
        [5, '/etc'],
        [
          6,
          [
            [1, 'B'],
            [2, '2'],
          ],
        ],
        [
          7,
          [
            [1, '/data'],
            [2, '/tmp'],
            [3, true],
          ],
        ],
        ...pairs,
        [
          10,
          [
            [1, 'io.kubernetes.container.ports'],
            [2, ports],
          ],
        ],
      ]);
      const { declaration } = await watched.told(id, 'declared', (each) => each.declaration.pid > 0);
      expect(declaration).toMatchObject({
        workload: { id, name: 'shop/front/web', image, runtime: 'containerd' },
        start: {
          entrypoint: ['/bin/sleep', '101'],
          cmd: [],
          env: { A: '1', B: '2' },
          cwd: '/etc',
          user: '0:0',
        },
        mounts: expect.arrayContaining([{ target: '/data', isReadOnly: true }]),
        ports: [
          { transport: 'tcp', port: 9001 },
          { transport: 'udp', port: 53 },
          { transport: 'tcp', port: 8080 },
        ],
        isHostNetwork: true,
      });
      expect(declaration.workload.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(Math.abs(Date.now() - declaration.startedAt)).toBeLessThan(60_000);
      const found = watched.runtimes.declarationOf(declaration.pid);
      expect(found?.declaration).toEqual(declaration);
      expect(found?.place.cgroup).toBe(`/kubepods/burstable/pod-uid/${id}`);
    });

    it('a pod’s own container', async () => {
      const { pid, ...rest } = (await watched.told(pod.id, 'declared')).declaration;
      expect(rest).toMatchObject({
        workload: { id: pod.id, name: 'shop/front', labels: { app: 'web' } },
        isHostNetwork: true,
      });
      expect(watched.runtimes.declarationOf(pid)?.declaration.workload.id).toBe(pod.id);
    });

    it('one that ends is told', async () => {
      const id = await containerd.run(pod, [[4, '102']]);
      await watched.told(id, 'declared', (each) => each.declaration.pid > 0);
      await containerd.ask('StopContainer', [[1, id]]);
      await watched.told(id, 'ended');
    });

    it('while the runtime is away, what was known stays; the trouble and its end are told once', async () => {
      const id = await containerd.run(pod, [[4, '103']]);
      const { pid } = (await watched.told(id, 'declared', (each) => each.declaration.pid > 0)).declaration;
      await containerd.stop();
      await until(() => watched.problems.length > 0);
      expect(watched.runtimes.declarationOf(pid)?.declaration.workload.id).toBe(id);
      expect(watched.runtimes.describe()).toMatchObject([{ state: { kind: 'unreachable' }, containers: 3 }]);
      await containerd.start();
      await until(() => watched.problems.length > 1);
      expect(watched.problems).toEqual([
        expect.stringMatching(/^begins: no container runtime answers/),
        expect.stringMatching(/^over: no container runtime answers/),
      ]);
      expect(watched.runtimes.declarationOf(pid)?.declaration.pid).toBe(pid);
    });
  },
);
