import { limits } from '../base/limits.ts';
import type { Listener } from '../model/profile.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Value } from '../pack/expressions.ts';
import type { HostRules, ListenerRule } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { reportUnknown } from './context.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import type { HostResolver } from './hosts.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';

/** A socket that config asks for, before the program's own rules on overlaps and duplicates. */
export interface Candidate {
  listener: Listener;
  /** What `combine` steps may look at: transport, address, port, path, family, any, purpose, and the rule's `set`. */
  facts: Record<string, Value>;
  /** Whether config asks for it for sure, if the program runs at all. */
  isCertain: boolean;
}

/** All sockets that the pack's listener rules find, in their order. Throws Refusal. */
export function candidatesOf(app: AppReading, resolver: HostResolver): Candidate[] {
  const found: Candidate[] = [];
  for (const rule of app.context.pack.listeners) {
    for (const endpoint of endpointsOf(app, rule)) {
      found.push(...candidatesAt(app, rule, endpoint, resolver));
      if (found.length > limits.listeners) {
        reportUnknown(
          app.context,
          'config-limit',
          `more than ${limits.listeners} listeners`,
          endpoint.evidence,
        );
        return found.slice(0, limits.listeners);
      }
    }
  }
  return found;
}

function candidatesAt(
  app: AppReading,
  rule: ListenerRule,
  endpoint: Endpoint,
  resolver: HostResolver,
): Candidate[] {
  const set: Record<string, Value> = {};
  for (const [name, expression] of Object.entries(rule.set ?? {}))
    set[name] = evaluate(expression, endpoint.names);
  if (endpoint.transport === 'unix') return [candidate(app, endpoint, '', 0, set)];
  const rules: HostRules = { ...app.context.pack.hosts, ...rule.hosts };
  if (rules.any !== undefined && Object.hasOwn(rules.any, endpoint.host))
    app.context.reach?.(rules.any, endpoint.host);
  const { addresses, isKnown, isImpossible } = resolver.resolve(endpoint.host, rules, endpoint.names);
  if (isImpossible && rules.unresolved !== 'skip') refuseHost(app, rule, endpoint);
  if (isUnknown(endpoint.host)) {
    const message = `${endpoint.purpose}: ${new UnknownValue(endpoint.host).message}`;
    reportUnknown(app.context, 'unknown-value', message, endpoint.evidence);
  } else if (!isKnown) {
    const message = `${endpoint.host || 'an empty name'} can only be resolved in the running container`;
    reportUnknown(app.context, 'unresolved-name', message, endpoint.evidence);
  }
  const known: Endpoint = isKnown ? endpoint : { ...endpoint, certainty: 'possible' };
  const ports = rule.range === 'first' ? [endpoint.port] : range(endpoint.port, endpoint.portEnd);
  return ports.flatMap((port) => addresses.map((address) => candidate(app, known, address, port, set, rule)));
}

function refuseHost(app: AppReading, rule: ListenerRule, endpoint: Endpoint): void {
  const message = `host not found: "${endpoint.host}"`;
  if (rule.invalid === 'refuse') throw new Refusal(message);
  reportUnknown(app.context, 'unresolved-name', message, endpoint.evidence);
}

function candidate(
  app: AppReading,
  endpoint: Endpoint,
  address: string,
  port: number,
  set: Record<string, Value>,
  rule?: ListenerRule,
): Candidate {
  const { launch, pack } = app.context;
  const { transport, path, purpose, portEnd, evidence } = endpoint;
  const launchedProgram = launch.exe ?? launch.argv[0] ?? '';
  const isRange = rule?.range === 'first' && portEnd > port;
  const listener: Listener = {
    app: pack.app,
    process: rule?.process === undefined ? launchedProgram : String(evaluate(rule.process, endpoint.names)),
    transport,
    address,
    port,
    ...(isRange ? { portEnd } : {}),
    ...(path === '' ? {} : { path }),
    purpose,
    certainty: launch.certainty === 'certain' ? endpoint.certainty : 'possible',
    evidence,
  };
  const family = transport === 'unix' ? 'unix' : address.includes(':') ? 'ipv6' : 'ipv4';
  const any = address === '0.0.0.0' || address === '::';
  const facts = { transport, address, port: BigInt(port), path, family, any, purpose, ...set };
  return { listener, facts, isCertain: endpoint.certainty === 'certain' };
}

function range(first: number, last: number): number[] {
  return Array.from(
    { length: Math.max(1, Math.min(last - first + 1, limits.listeners + 1)) },
    (_, index) => first + index,
  );
}

/** What expressions about one of several candidates may use. */
export function factNames(app: AppReading, self: Candidate, all: Value[]) {
  return nested(app.scope, { self: self.facts, all });
}
