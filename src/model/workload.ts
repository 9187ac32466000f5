import type { Start } from './launch.ts';

export type RuntimeName = 'docker' | 'podman' | 'containerd' | 'cri-o' | 'host';

/** A running container, or a unit of the host. */
export interface Workload {
  /** The container's id as its runtime gives it; for the host: the cgroup's path. */
  id: string;
  name: string;
  /** As the operator named it (`nginx:1.27`); empty for the host. */
  image: string;
  /** `sha256:…` of the image's config or manifest, where the runtime tells. */
  imageDigest?: string;
  labels: Readonly<Record<string, string>>;
  runtime: RuntimeName;
}

/** Something mounted over the image's files. */
export interface Mount {
  /** Absolute, in the container. */
  target: string;
  isReadOnly: boolean;
}

/** What its runtime declares of a container: the base of trust. */
export interface Declaration {
  workload: Workload;
  /** Its first process, as the host counts; 0 while it is not running. */
  pid: number;
  /** Image config with the run's own arguments and environment put in; undefined where the runtime does not tell. */
  start: Start | undefined;
  /** When it was made, which may be long before its start; 0 where not known. */
  createdAt: number;
  /** When its first process was started, milliseconds since 1970; 0 where not known. */
  startedAt: number;
  mounts: readonly Mount[];
  /** EXPOSE of the image and published ports of the run, in the container's own numbers. */
  ports: readonly { transport: 'tcp' | 'udp'; port: number }[];
  isHostNetwork: boolean;
}
