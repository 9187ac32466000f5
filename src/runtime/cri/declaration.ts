import { arrayOf, type Json, numberOf, objectOf, parseJson, textOf, textsOf } from '../../image/json.ts';
import type { Start } from '../../model/launch.ts';
import type { Declaration, Workload } from '../../model/workload.ts';
import { portsOf } from '../ports.ts';
import { environment } from '../values.ts';
import type { Message } from './protobuf.ts';

type RuntimeName = Workload['runtime'];

/** `CONTAINER_CREATED` and `CONTAINER_RUNNING`. */
const liveStates: readonly number[] = [0, 1];

/** `SANDBOX_READY`. */
const ready = 0;

/** Labels and annotations that the kubelet gives. */
const kube = {
  container: 'io.kubernetes.container.name',
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  ports: 'io.kubernetes.container.ports',
};

/** A container of a list and the mark of its state; nothing for one that has ended. */
export function readListed(container: Message): [id: string, mark: string][] {
  const state = container.number(6);
  return liveStates.includes(state) ? [[container.text(1), String(state)]] : [];
}

/** Reads `ContainerStatusResponse` (CRI v1); undefined for a container that has ended. */
export function readContainer(response: Message, runtime: RuntimeName): Declaration | undefined {
  const status = response.message(1);
  if (!liveStates.includes(status.number(3))) return undefined;
  const image = status.message(8);
  const labels = status.texts(12);
  const mounts = status.messages(14);
  return {
    workload: {
      id: status.text(1),
      name: nameOf(labels, status.message(2).text(1)),
      image: image.text(18) || image.text(1),
      ...digest(status.text(9)),
      labels,
      runtime,
    },
    startedAt: milliseconds(status.integer(5)),
    mounts: mounts.map((mount) => ({ target: mount.text(1), isReadOnly: mount.number(3) === 1 })),
    ports: portsOf(kubePorts(status.texts(13)[kube.ports])),
    ...readInfo(response.texts(2).info),
  };
}

/** Reads `PodSandboxStatusResponse`: the container that holds a pod's namespaces. */
export function readSandbox(response: Message, runtime: RuntimeName): Declaration | undefined {
  const status = response.message(1);
  if (status.number(3) !== ready) return undefined;
  const labels = status.texts(7);
  const metadata = status.message(2);
  return {
    workload: {
      id: status.text(1),
      name: [metadata.text(3), metadata.text(1)].filter(Boolean).join('/'),
      image: '',
      labels,
      runtime,
    },
    startedAt: milliseconds(status.integer(4)),
    mounts: [],
    ports: [],
    ...readInfo(response.texts(2).info),
  };
}

/** What stands for an image in `ImageStatusResponse`: EXPOSE, as containerd and CRI-O tell it when asked for more. */
export function readExposed(response: Message): Declaration['ports'] {
  const { imageSpec } = jsonOf(response.texts(2).info);
  return portsOf(Object.keys(objectOf(objectOf(objectOf(imageSpec).config).ExposedPorts)));
}

/**
 * The part that each runtime adds as it likes. containerd and CRI-O give the process number and the OCI runtime
 * specification of the container, which is what really runs; of another runtime it is not known.
 */
function readInfo(text: string | undefined): Pick<Declaration, 'pid' | 'start' | 'isHostNetwork'> {
  const info = jsonOf(text);
  const spec = objectOf(info.runtimeSpec);
  const isTold = info.runtimeSpec !== undefined;
  const namespaces = arrayOf(objectOf(spec.linux).namespaces).map((each) => textOf(objectOf(each).type));
  return {
    pid: numberOf(info.pid) ?? 0,
    start: isTold ? readProcess(objectOf(spec.process)) : undefined,
    // OCI runtime-spec, "Namespaces": a kind that is not named is that of the runtime itself.
    isHostNetwork: isTold && !namespaces.includes('network'),
  };
}

function readProcess(process: { [name: string]: Json }): Start {
  const { uid, gid } = objectOf(process.user);
  return {
    entrypoint: textsOf(process.args),
    cmd: [],
    env: environment(textsOf(process.env)),
    cwd: textOf(process.cwd) || '/',
    user: `${numberOf(uid) ?? 0}:${numberOf(gid) ?? 0}`,
  };
}

/** `namespace/pod/container` in a cluster. */
function nameOf(labels: Record<string, string>, own: string): string {
  const parts = [labels[kube.namespace], labels[kube.pod], labels[kube.container]];
  return parts.every(Boolean) ? parts.join('/') : own;
}

function digest(reference: string): { imageDigest?: string } {
  const [found] = /sha256:[0-9a-f]{64}/.exec(reference) ?? [];
  return found === undefined ? {} : { imageDigest: found };
}

/** CRI counts nanoseconds. */
function milliseconds(nanoseconds: bigint): number {
  return nanoseconds > 0n ? Number(nanoseconds / 1_000_000n) : 0;
}

/** The pod's own list of ports. */
function kubePorts(text: string | undefined): string[] {
  return arrayOf(parsed(text)).map((each) => {
    const { containerPort, protocol } = objectOf(each);
    return `${numberOf(containerPort)}/${textOf(protocol).toLowerCase() || 'tcp'}`;
  });
}

function jsonOf(text: string | undefined): { [name: string]: Json } {
  return objectOf(parsed(text));
}

function parsed(text: string | undefined): Json {
  try {
    return parseJson(Buffer.from(text ?? ''), 'info');
  } catch {
    return null;
  }
}
