import type { RuntimeName } from '../model/workload.ts';
import { hostUnit } from './unit.ts';

/**
 * Whose a process is, read from its `/proc/PID/cgroup` (cgroups(7)): the kernel keeps it, it is there before any
 * engine tells of the container, and a process without rights over cgroups can't leave it.
 */
export type Place =
  | {
      kind: 'container';
      id: string;
      /** The runtime that names cgroups this way; left out where several do. */
      runtimeHint?: RuntimeName;
      /** Up to and with the part that names the container; what lies below is the container's own. */
      cgroup: string;
    }
  | { kind: 'host'; unit: string; cgroup: string };

export type ContainerPlace = Extract<Place, { kind: 'container' }>;

/**
 * What a runtime says of a container's id: undefined when no runtime knows it; the cgroup of its first process
 * (`cgroup` as in `Place`); an empty text while that can't be told, as before its start.
 */
export type Home = (id: string) => string | undefined;

/**
 * The place that a cgroup text names. Where containers are nested (an engine or a cluster node in a container), the
 * path names several, outermost first.
 *
 * The workload is the innermost of them whose first process, as its runtime tells, lives just there: nobody but the
 * runtime can bring that about. Otherwise it is the outermost that is not disproved, since all below it is made by
 * that container, which may name its sub-cgroups after any other container it likes. A name of which the runtime says
 * that it lives elsewhere is a forgery, and passed over.
 */
export function placeOf(text: string | Reading, homeOf: Home = () => undefined): Place {
  const { containers, host } = typeof text === 'string' ? readCgroup(text) : text;
  const atHome = containers.findLast(({ id, cgroup }) => homeOf(id) === cgroup);
  return atHome ?? containers.find(({ id }) => !homeOf(id)) ?? host;
}

/** What a cgroup text says by itself: all processes of a cgroup have the same. */
export interface Reading {
  /** Outermost first. */
  containers: readonly ContainerPlace[];
  /** Whose it is if it is no container's. */
  host: Extract<Place, { kind: 'host' }>;
}

export function readCgroup(text: string): Reading {
  const paths = pathsOf(text);
  const containers = paths.map(containersIn).find((found) => found.length > 0) ?? [];
  return { containers, host: { kind: 'host', ...hostUnit(paths) } };
}

/** All runtimes that are known here number their containers so. */
export function isContainerId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The cgroup of a container by the text of its first process; empty where the text does not name the container. */
export function homeIn(text: string, id: string): string {
  return readCgroup(text).containers.find((each) => each.id === id)?.cgroup ?? '';
}

/**
 * The paths of all hierarchies, the most telling first: cgroup 2 and systemd's own name units and containers; a
 * controller of cgroup 1 does so where these are not in use. On a hybrid host any of them may be.
 */
function pathsOf(text: string): string[] {
  const lines = text.split('\n').flatMap((line) => {
    // The kernel refuses newlines in names, so that a line is a hierarchy; colons and all else may be in the path.
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path: settled(path) }];
  });
  const rank = (controllers: string) =>
    controllers === '' ? 0 : controllers === 'name=systemd' ? 1 : controllers.startsWith('name=') ? 2 : 3;
  return lines.toSorted((a, b) => rank(a.controllers) - rank(b.controllers)).map(({ path }) => path);
}

/**
 * Without the mark of a cgroup that was removed while the process ends, and without the steps upwards that stand for
 * what lies outside the reader's own cgroup namespace (cgroup_namespaces(7)).
 */
function settled(path: string): string {
  return path.replace(/ \(deleted\)$/, '').replace(/^(\/\.\.)+(?=\/|$)/, '') || '/';
}

function containersIn(path: string): ContainerPlace[] {
  const parts = path.split('/').slice(1);
  return parts.flatMap((part, index): ContainerPlace[] => {
    const named = nameIn(part, parts[index - 1] ?? '');
    return named ? [{ kind: 'container', ...named, cgroup: `/${parts.slice(0, index + 1).join('/')}` }] : [];
  });
}

/** What stands before a container's id, and who writes it. */
const hints: ReadonlyMap<string, RuntimeName> = new Map([
  ['docker', 'docker'],
  ['libpod', 'podman'],
  ['libpod-payload', 'podman'],
  ['cri-containerd', 'containerd'],
  ['nerdctl', 'containerd'],
  ['crio', 'cri-o'],
]);

/** Folders of drivers that write the bare id. */
const parentHints: ReadonlyMap<string, RuntimeName> = new Map([
  ['docker', 'docker'],
  ['libpod_parent', 'podman'],
  ['k8s.io', 'containerd'],
]);

/**
 * A container's id in one part of a path. Drivers write `ID` (cgroupfs), `NAME-ID.scope` (systemd), `NAME-ID` (Podman
 * without systemd), and `SLICE:NAME:ID` where a name for systemd reached the other driver.
 */
function nameIn(part: string, parent: string): { id: string; runtimeHint?: RuntimeName } | undefined {
  const [, name, id] = /^(?:[^:]*:)?(?:([a-z][\w.-]*)[-:])?([0-9a-f]{64})(?:\.scope)?$/.exec(part) ?? [];
  // The process that watches over a container has a cgroup with its name.
  if (id === undefined || name?.endsWith('conmon')) return undefined;
  const runtimeHint = name === undefined ? parentHints.get(parent) : hints.get(name);
  return runtimeHint === undefined ? { id } : { id, runtimeHint };
}
