import type { Listener, Profile } from '../model/profile.ts';
import { isComplete, isLoopback } from '../review/exposed.ts';

export interface ExportOptions {
  /** Of the policy, the service, the pods' label. */
  name: string;
  namespace: string | undefined;
  /** Of Berthwatch. */
  version: string;
}

/** What other tools read, and what people must know of it. */
export interface Export {
  value: unknown;
  /** One line each; at the top where the format has comments, otherwise for standard error. */
  comments: string[];
}

/** Listeners that can be reached from outside the container. */
export function openListeners({ listeners }: Profile): Listener[] {
  return listeners.filter(
    ({ transport, port, address }) => transport !== 'unix' && port !== 0 && !isLoopback(address),
  );
}

/** Why the profile may lack something; empty when it is complete. */
export function doubtsOf(profile: Profile): string[] {
  if (isComplete(profile)) return [];
  const unknown = profile.launches.filter(({ app }) => app === null).map(({ exe }) => `what ${exe} does`);
  const findings = profile.findings.filter((finding) => !isComplete({ launches: [], findings: [finding] }));
  return [...new Set([...unknown, ...findings.map(({ message }) => message)])];
}

/** A name that Kubernetes and Compose take (RFC 1123 label), of a source: its last part without kind, tag and ending. */
export function defaultName(source: string): string {
  const base = source.replace(/@.*$/, '').split('/').at(-1) ?? '';
  const withoutKind = base.replace(/^(docker|registry|dir|oci-dir|oci-archive|docker-archive):/, '');
  const name = withoutKind.replace(/:.*$/, '').replace(/\.(tar|tgz|tar\.gz)$/, '');
  const label = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return label.replaceAll(/^-+|-+$/g, '').slice(0, 63) || 'app';
}
