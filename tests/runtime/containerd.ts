import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Channel } from '../../src/runtime/cri/grpc.ts';
import { encode, type Field, Message } from '../../src/runtime/cri/protobuf.ts';
import { smallRootfs } from './watched.ts';

export const image = 'docker.io/berthwatch-test/runtime:1';

/** Why no containerd can be started here. */
export function noContainerd(): string | undefined {
  const isThere = ['containerd', 'ctr', 'runc'].every((name) => spawnSync(name, ['--version']).status === 0);
  if (!isThere) return 'no containerd is installed';
  return process.getuid?.() === 0 ? undefined : 'containerd needs root';
}

/** A containerd of the test's own, and what the kubelet would ask of it. */
export class Containerd {
  readonly dir = mkdtempSync(join(tmpdir(), 'ctrd-'));
  readonly socket = join(this.dir, 's');
  #process: ChildProcess | undefined;
  #pods: string[] = [];
  #made = 0;

  async start(): Promise<void> {
    const config = join(this.dir, 'config.toml');
    writeFileSync(
      config,
      `version = 2
root = "${this.dir}/root"
state = "${this.dir}/state"
[grpc]
address = "${this.socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "${this.dir}/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${image}"
# A root without CAP_SYS_RESOURCE can't lower it.
restrict_oom_score_adj = true
`,
    );
    this.#process = spawn('containerd', ['--config', config], { stdio: 'ignore' });
    for (let left = 200; left > 0; left--) {
      if (await this.ask('Version', []).catch(() => undefined)) return;
      await delay(50);
    }
    throw new Error('containerd does not start');
  }

  /** An image of `/bin/sleep`, which runs for 100 seconds and says that it listens. */
  makeImage(): void {
    const folder = smallRootfs();
    const oci = mkdtempSync(join(this.dir, 'oci-'));
    const config = {
      Entrypoint: ['/bin/sleep'],
      Cmd: ['100'],
      Env: ['A=1'],
      ExposedPorts: { '8080/tcp': {} },
    };
    const script = `
      cd "$2"; mkdir -p blobs/sha256
      put() { sum=$(sha256sum < new); sum=\${sum%% *}; size=$(wc -c < new); mv new blobs/sha256/$sum; }
      tar -C "$1" -c . > new; put; layer=$sum layerSize=$size
      echo '{"architecture":"'$4'","os":"linux","config":'"$3"',"rootfs":{"type":"layers","diff_ids":["sha256:'$layer'"]}}' > new; put
      echo '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:'$sum'","size":'$size'},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:'$layer'","size":'$layerSize'}]}' > new; put
      echo '{"imageLayoutVersion":"1.0.0"}' > oci-layout
      echo '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'$sum'","size":'$size',"annotations":{"io.containerd.image.name":"${image}"}}]}' > index.json
      tar -c oci-layout index.json blobs > image.tar
      ctr --address "$5" --namespace k8s.io images import image.tar`;
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const args = ['-ec', script, 'sh', folder, oci, JSON.stringify(config), architecture, this.socket];
    execFileSync('sh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    rmSync(folder, { recursive: true });
  }

  async ask(method: string, fields: readonly Field[]): Promise<Message> {
    const channel = new Channel(this.socket);
    try {
      return new Message(await channel.call(`runtime.v1.RuntimeService/${method}`, encode(fields)));
    } finally {
      channel.close();
    }
  }

  /** A pod in the host's network; another would need CNI. */
  async runPod(name: string): Promise<{ id: string; config: readonly Field[] }> {
    const config: Field[] = [
      [
        1,
        [
          [1, name],
          [2, 'uid'],
          [3, 'shop'],
        ],
      ],
      [
        6,
        [
          [1, 'app'],
          [2, 'web'],
        ],
      ],
      [
        8,
        [
          [1, '/kubepods/burstable/pod-uid'],
          [2, [[1, [[1, 2]]]]],
        ],
      ],
    ];
    const id = (await this.ask('RunPodSandbox', [[1, config]])).text(1);
    this.#pods.push(id);
    return { id, config };
  }

  /** A container in a pod, as its own fields of `ContainerConfig` say; it is started. */
  async run(pod: Awaited<ReturnType<Containerd['runPod']>>, fields: readonly Field[]): Promise<string> {
    const config: Field[] = [[1, [[1, `web-${++this.#made}`]]], [2, [[1, image]]], ...fields];
    const created = await this.ask('CreateContainer', [
      [1, pod.id],
      [2, config],
      [3, pod.config],
    ]);
    await this.ask('StartContainer', [[1, created.text(1)]]);
    return created.text(1);
  }

  async removePods(): Promise<void> {
    for (const pod of this.#pods.splice(0)) await this.ask('StopPodSandbox', [[1, pod]]).catch(() => {});
  }

  /** Ends it; its pods, if some are left, go on. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once('exit', resolve));
    this.#process?.kill();
    await ended;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
