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

/** `NODE` of `NamespaceMode`. */
const ofNode = 2;

/** Labels and annotations that the kubelet gives. */
const kube = {
  container: 'io.kubernetes.container.name',
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  ports: 'io.kubernetes.container.ports',
};

/** What runs by `ListContainersResponse` and `ListPodSandboxResponse`: each id with the mark of its state. */
export function readListed(containers: Message, sandboxes: Message): Map<string, string> {
  const live = [
    ...containers.messages(1).filter((each) => liveStates.includes(each.number(6))),
    ...sandboxes.messages(1).filter((each) => each.number(3) === ready),
  ];
  // A container's state is its sixth field, of which a pod has none that is a number.
  return new Map(live.map((each) => [each.text(1), String(each.number(6))]));
}

/**
 * Reads `ContainerStatusResponse` (CRI v1); undefined for a container that has ended. `sandbox` is the
 * `PodSandboxStatusResponse` of its pod, which decides on the network.
 */
export function readContainer(
  response: Message,
  sandbox: Message | undefined,
  runtime: RuntimeName,
): Declaration | undefined {
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
    createdAt: milliseconds(status.integer(4)),
    startedAt: milliseconds(status.integer(5)),
    mounts: mounts.map((mount) => ({ target: mount.text(1), isReadOnly: mount.number(3) === 1 })),
    ports: portsOf(kubePorts(status.texts(13)[kube.ports])),
    isHostNetwork: sandbox !== undefined && isOnHostNetwork(sandbox),
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
    createdAt: milliseconds(status.integer(4)),
    startedAt: milliseconds(status.integer(4)),
    mounts: [],
    ports: [],
    isHostNetwork: isOnHostNetwork(response),
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
function readInfo(text: string | undefined): Pick<Declaration, 'pid' | 'start'> {
  const { pid, runtimeSpec } = jsonOf(text);
  const process = objectOf(runtimeSpec).process;
  return {
    pid: numberOf(pid) ?? 0,
    start: process === undefined ? undefined : readProcess(objectOf(process)),
  };
}

/** The id of a container's pod, which only that part tells. */
export function sandboxOf(container: Message): string {
  return textOf(jsonOf(container.texts(2).info).sandboxID);
}

function isOnHostNetwork(sandbox: Message): boolean {
  return sandbox.message(1).message(6).message(1).message(2).number(1) === ofNode;
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
