import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { BerthwatchError } from '../base/errors.ts';
import { type Endpoint, endpoints } from '../image/daemon/endpoints.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where a container runtime of this machine may answer. */
export interface Candidate {
  /** Docker's API, or the Container Runtime Interface. */
  kind: 'engine' | 'cri';
  endpoint: Endpoint;
  /** Somebody has named it: that nothing is there is worth telling. */
  isNamed: boolean;
  /** It lies in a folder of this user, who may put anything there. */
  ofUser?: number;
}

/** What to look for, where that is not left to the environment and the usual places. */
export interface NamedEndpoints {
  /** As DOCKER_HOST. */
  engines?: readonly string[];
  /** As CONTAINER_RUNTIME_ENDPOINT. */
  cri?: readonly string[];
}

/** Sockets of containerd and CRI-O, as they and the distributions of Kubernetes place them. */
const criSockets = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
];

/** Folders of users' own sockets, by their number. */
const userFolder = '/run/user';

/**
 * All places where a runtime may answer, the named ones first. Throws USAGE for a bad address among the endpoints;
 * one in the environment goes to `onBad`.
 */
export function candidates(
  env: Env,
  named: NamedEndpoints = {},
  onBad: (error: BerthwatchError) => void = () => {},
): Candidate[] {
  if (named.engines ?? named.cri) {
    return [
      ...(named.engines ?? []).flatMap((host) => engines({ ...env, DOCKER_HOST: host }, true)),
      ...(named.cri ?? []).map((address) => cri(address, true)),
    ];
  }
  const { DOCKER_HOST, CONTAINER_HOST, CONTAINER_RUNTIME_ENDPOINT, ...rest } = env;
  const crictl = crictlEndpoint('/etc/crictl.yaml');
  return [
    ...(DOCKER_HOST || CONTAINER_HOST ? attempt(() => engines(env, true), onBad) : []),
    ...engines(rest, false),
    ...userSockets(),
    ...(CONTAINER_RUNTIME_ENDPOINT ? attempt(() => [cri(CONTAINER_RUNTIME_ENDPOINT, true)], onBad) : []),
    ...(crictl ? attempt(() => [cri(crictl, false)], onBad) : []),
    ...criSockets.map((path) => cri(path, false)),
  ];
}

function attempt(find: () => Candidate[], onBad: (error: BerthwatchError) => void): Candidate[] {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof BerthwatchError)) throw error;
    onBad(error);
    return [];
  }
}

function engines(env: Env, isNamed: boolean): Candidate[] {
  return endpoints(env).map((endpoint) => ({ kind: 'engine', endpoint, isNamed }));
}

function cri(address: string, isNamed: boolean): Candidate {
  const path = address.replace(/^unix:(\/\/)?/, '');
  if (!path.startsWith('/')) {
    throw new BerthwatchError('USAGE', `${address} is not the socket of a container runtime`, {
      place: 'CONTAINER_RUNTIME_ENDPOINT',
      next: 'use unix:///path/to/socket',
    });
  }
  return { kind: 'cri', endpoint: { name: path, connect: { kind: 'socket', path } }, isNamed };
}

/** crictl's own setting: one line is wanted of a small YAML file. */
function crictlEndpoint(path: string): string | undefined {
  try {
    return /^runtime-endpoint:\s*["']?([^"'\s#]+)/m.exec(readFileSync(path, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

function userSockets(): Candidate[] {
  let users: string[] = [];
  try {
    users = readdirSync(userFolder).filter((name) => /^\d+$/.test(name));
  } catch {
    // No user has logged in here.
  }
  return users.flatMap((user) =>
    ['podman/podman.sock', 'docker.sock'].map((name) => {
      const path = `${userFolder}/${user}/${name}`;
      const endpoint: Endpoint = { name: path, connect: { kind: 'socket', path } };
      return { kind: 'engine', endpoint, isNamed: false, ofUser: Number(user) };
    }),
  );
}

/** What tells one socket from another; undefined where there is none, or not the one that it is taken for. */
export function socketIdentity({ endpoint, ofUser }: Candidate): string | undefined {
  if (endpoint.connect.kind !== 'socket') return endpoint.name;
  try {
    // A user may let his name lead to a socket that is not his.
    const facts = ofUser === undefined ? statSync(endpoint.connect.path) : lstatSync(endpoint.connect.path);
    const isIt = facts.isSocket() && (ofUser === undefined || facts.uid === ofUser);
    return isIt ? `${facts.dev}:${facts.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** 0 for the sockets of root and of who runs this; 1 for those of other users. */
export function rankOf({ ofUser }: Candidate): number {
  return ofUser === undefined || ofUser === 0 || ofUser === process.getuid?.() ? 0 : 1;
}
