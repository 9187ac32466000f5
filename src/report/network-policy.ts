import { isIP } from 'node:net';
import { distinct } from '../base/distinct.ts';
import type { Listener, Peer, Profile } from '../model/profile.ts';
import { isInner } from '../review/purposes.ts';
import { doubtsOf, type Export, type ExportOptions, openListeners } from './export.ts';

/** `networking.k8s.io/v1` NetworkPolicyPort and NetworkPolicyEgressRule, as far as they are written here. */
interface Port {
  protocol: string;
  port?: number;
  endPort?: number;
}

interface EgressRule {
  to?: { ipBlock: { cidr: string } }[];
  ports: Port[];
}

/**
 * A Kubernetes NetworkPolicy (networking.k8s.io/v1): in, what listens; out, what it connects to. Ports for cluster
 * members are open to pods of the same name only. Where not all that runs is known, nothing is said of egress: a
 * policy that forgets a peer cuts it off.
 */
export function networkPolicy(profile: Profile, { name, namespace }: ExportOptions): Export {
  const comments = doubtsOf(profile).map((doubt) => `Not known: ${doubt}.`);
  const labels = { 'app.kubernetes.io/name': name };
  const isKnown = comments.length === 0;
  if (!isKnown) comments.push('Egress is left open: a peer may have been overlooked.');
  const egress = isKnown ? egressRules(profile.peers) : { rules: [], comments: [] };
  if (isKnown) comments.push('Egress is closed but for what config files name.');
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: isKnown ? ['Ingress', 'Egress'] : ['Ingress'],
      ingress: ingressRules(profile, labels),
      ...(isKnown ? { egress: egress.rules } : {}),
    },
  };
  return { value: policy, comments: [...comments, ...egress.comments] };
}

function ingressRules(profile: Profile, labels: Record<string, string>) {
  const open = openListeners(profile);
  const outer = portsOf(open.filter(({ purpose }) => !isInner(purpose)));
  const inner = portsOf(open.filter(({ purpose }) => isInner(purpose)));
  return [
    ...(outer.length === 0 ? [] : [{ ports: outer }]),
    ...(inner.length === 0 ? [] : [{ from: [{ podSelector: { matchLabels: labels } }], ports: inner }]),
  ];
}

function portsOf(listeners: readonly Listener[]): Port[] {
  const ports = listeners.map(({ transport, port, portEnd }) => ({
    protocol: transport.toUpperCase(),
    port,
    ...(portEnd === undefined ? {} : { endPort: portEnd }),
  }));
  return distinct(ports);
}

/** A policy knows addresses, not names: a peer with a name may be anywhere, and needs DNS. */
function egressRules(peers: readonly Peer[]): { rules: EgressRule[]; comments: string[] } {
  const reached = peers.filter(
    ({ path, host }) => path === undefined && !/^(127\.|::1$|localhost$)/.test(host),
  );
  const named = reached.filter(({ host }) => isIP(host) === 0);
  const rules = reached.map(
    ({ transport, host, port }): EgressRule => ({
      ...(isIP(host) === 0 ? {} : { to: [{ ipBlock: { cidr: `${host}/${isIP(host) === 4 ? 32 : 128}` } }] }),
      ports: [{ protocol: transport.toUpperCase(), ...(port === 0 ? {} : { port }) }],
    }),
  );
  if (named.length > 0) rules.push({ ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) });
  const comments = named.map(
    ({ host, port, purpose }) =>
      `To ${host}:${port || 'any port'} (${purpose}): a policy can't name it, so any address is allowed.`,
  );
  return { rules: distinct(rules), comments: distinct(comments) };
}
