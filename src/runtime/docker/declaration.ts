import { arrayOf, type Json, numberOf, objectOf, textOf, textsOf } from '../../image/json.ts';
import type { Start } from '../../model/launch.ts';
import type { Declaration, Mount } from '../../model/workload.ts';
import { portsOf } from '../ports.ts';
import { environment, texts } from '../values.ts';

type Fields = { [name: string]: Json };

/**
 * States of a container that runs, or that may any moment, as the list of containers takes them; each engine refuses
 * those that it has not.
 */
export const liveStates: Readonly<Record<'docker' | 'podman', readonly string[]>> = {
  docker: ['created', 'running', 'paused', 'restarting'],
  podman: ['created', 'initialized', 'running', 'paused'],
};

/**
 * Reads the answer of "inspect a container" (Docker Engine API, `GET /containers/{id}/json`); undefined for a
 * container that has ended. Mounts are those that the operator asked for: what the engine itself puts over
 * `/etc/hosts` and its like is not declared.
 */
export function readContainer(document: Json, runtime: 'docker' | 'podman'): Declaration | undefined {
  const root = objectOf(document);
  const state = objectOf(root.State);
  if (!liveStates[runtime].includes(textOf(state.Status))) return undefined;
  const config = objectOf(root.Config);
  const host = objectOf(root.HostConfig);
  const id = textOf(root.Id);
  return {
    workload: {
      id,
      name: textOf(root.Name).replace(/^\//, '') || id.slice(0, 12),
      image: textOf(config.Image),
      ...digest(textOf(root.Image)),
      labels: texts(config.Labels),
      runtime,
    },
    pid: numberOf(state.Pid) ?? 0,
    start: readStart(root, config, host),
    createdAt: timeOf(root.Created),
    startedAt: timeOf(state.StartedAt),
    mounts: [...arrayOf(root.Mounts).flatMap(readMount), ...Object.entries(texts(host.Tmpfs)).map(readTmpfs)],
    ports: portsOf([
      ...Object.keys(objectOf(config.ExposedPorts)),
      ...Object.keys(objectOf(host.PortBindings)),
      ...Object.keys(objectOf(objectOf(root.NetworkSettings).Ports)),
    ]),
    isHostNetwork: textOf(host.NetworkMode) === 'host',
  };
}

/** Milliseconds since 1970; `0001-01-01T00:00:00Z` stands for never. */
function timeOf(value: Json | undefined): number {
  return Math.max(0, Date.parse(textOf(value)) || 0);
}

/** The container whose network this one shares. */
export function networkOwner(document: Json): string | undefined {
  const mode = textOf(objectOf(objectOf(document).HostConfig).NetworkMode);
  return mode.startsWith('container:') ? mode.slice('container:'.length) : undefined;
}

/** Podman leaves out the algorithm. */
function digest(text: string): { imageDigest?: string } {
  if (text === '') return {};
  return { imageDigest: text.includes(':') ? text : `sha256:${text}` };
}

/**
 * What the engine runs: `Path` and `Args` are the entrypoint and command after all that the run changed. Where the
 * config divides them the same way, so does the start.
 */
function readStart(root: Fields, config: Fields, host: Fields): Start {
  const run = [textOf(root.Path), ...textsOf(root.Args)].filter((word, index) => index > 0 || word !== '');
  const entrypoint = textsOf(config.Entrypoint);
  const isDivided = entrypoint.length > 0 && entrypoint.every((word, index) => run[index] === word);
  const start = isDivided ? entrypoint : [];
  const hostname = textOf(config.Hostname);
  return {
    entrypoint: [...initOf(run, host), ...start],
    cmd: run.slice(start.length),
    env: { ...(hostname ? { HOSTNAME: hostname } : {}), ...environment(textsOf(config.Env)) },
    cwd: textOf(config.WorkingDir) || '/',
    user: textOf(config.User),
  };
}

/**
 * `--init` lets Docker start its own program first, where the container has a process tree of its own; Podman names
 * its in `Path`.
 */
function initOf(run: readonly string[], host: Fields): string[] {
  if (host.Init !== true || textOf(host.PidMode) !== '' || run[0]?.endsWith('-init')) return [];
  return ['/sbin/docker-init', '--'];
}

function readMount(value: Json): Mount[] {
  const { Destination, RW } = objectOf(value);
  const target = textOf(Destination);
  return target === '' ? [] : [{ target, isReadOnly: RW === false }];
}

function readTmpfs([target, options]: [string, string]): Mount {
  return { target, isReadOnly: options.split(',').includes('ro') };
}
