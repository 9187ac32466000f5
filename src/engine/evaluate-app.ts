import { limits } from '../base/limits.ts';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { Launch } from '../model/launch.ts';
import type { Listener, Peer } from '../model/profile.ts';
import { evaluate, type Names } from '../pack/expressions.ts';
import type { CommandLine } from '../pack/schema.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { AppReading } from './app-reading.ts';
import { type ParsedArguments, parseArguments } from './arguments.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { combine } from './combine.ts';
import type { ReadFile } from './config-files.ts';
import { endpointsOf } from './endpoints.ts';
import { checkGrammar } from './grammar.ts';
import { HostResolver } from './hosts.ts';
import type { Match } from './match.ts';
import { missingNeeds } from './needs.ts';
import { overriddenBy } from './overridden.ts';
import { placesIn } from './places.ts';
import type { Reach } from './reached.ts';
import { placeOf, Refusal, UnknownValue } from './reasons.ts';
import { type Root, rootsOf } from './roots.ts';
import { runtimeCommand } from './runtimes/runtimes.ts';
import { Trail } from './trail.ts';
import { unreadConfigs } from './unread.ts';

/** What the engine found out of one launch of a known app. */
export interface AppResult {
  configs: readonly ReadFile[];
  listeners: Listener[];
  peers: Peer[];
  findings: Finding[];
  /** Set where it would refuse to start: a person's words for why. */
  refusal?: string | undefined;
  /** Folders whose files it hands out or runs. */
  roots?: readonly Root[];
  /** Whether it starts depends on what may be there when the container runs. */
  isDoubtful?: boolean;
  /** What lost against this evidence; for telling why. */
  overridden?: (evidence: readonly Evidence[]) => Evidence[];
}

export interface EngineOptions {
  /** Whether the host has IPv6. */
  ipv6: boolean;
  /** Is told which statements of the packs take effect. */
  reach?: Reach;
}

/** The app's settings, config and context for one launch; nothing is read yet. */
export function openApp(
  launch: Launch,
  rootfs: Rootfs,
  match: Match,
  options: EngineOptions,
  findings: Finding[],
) {
  const { pack, role } = match;
  const runtime = runtimeCommand(launch, rootfs);
  const spec = match.arguments ?? pack.arguments;
  const args = parseArguments(spec, runtime?.argv ?? match.argv ?? launch.argv);
  args.problems.push(...(runtime?.problems ?? []));
  const report = limitedTo(limits.findings, findings);
  const { ipv6, reach } = options;
  if (reach !== undefined) reachStart(reach, match, spec, args);
  return new AppReading({
    pack,
    launch,
    rootfs,
    ipv6,
    args,
    runtime,
    role,
    trail: new Trail(),
    report,
    reach,
  });
}

/** The way that it was recognised, and the options that it was given. */
function reachStart(reach: Reach, { way }: Match, spec: CommandLine | undefined, args: ParsedArguments) {
  if (way !== undefined) reach(way);
  for (const [name, option] of Object.entries(spec?.options ?? {})) {
    if (args.options.has(name)) reach(option);
  }
}

/** Adds findings until there are `most` of one kind; then one more that says so, once. */
function limitedTo(most: number, findings: Finding[]): (finding: Finding) => void {
  const counts = new Map<string, number>();
  return (finding) => {
    const count = (counts.get(finding.id) ?? 0) + 1;
    counts.set(finding.id, count);
    if (count <= most) findings.push(finding);
    if (count === most + 1) findings.push({ ...finding, message: `more findings like: ${finding.message}` });
  };
}

/** Works out what one launch will listen on and connect to. Never throws on anything that an image holds. */
export function evaluateApp(launch: Launch, rootfs: Rootfs, match: Match, options: EngineOptions): AppResult {
  const findings: Finding[] = [];
  const app = openApp(launch, rootfs, match, options, findings);
  const resolver = new HostResolver(rootfs, options.ipv6);
  const result: AppResult = { configs: [], listeners: [], peers: [], findings };
  result.refusal = guarded(app, findings, () => {
    if (onlyEnds(app)) return;
    app.read();
    findings.push(...unreadConfigs(app));
    const sockets = examine(app, resolver);
    const listeners = sockets().map(({ listener }) => listener);
    const missing = missingNeeds(app);
    findings.push(...missing);
    result.isDoubtful = app.isUncertain || missing.length > 0;
    result.listeners = result.isDoubtful ? listeners.map(asPossible) : listeners;
    result.peers = peersOf(app);
    result.roots = rootsOf(app);
  });
  result.configs = app.files.all;
  result.overridden = (evidence) => overriddenBy(app, evidence);
  return result;
}

/** Whether the command line does something and ends, and opens nothing that stays. */
function onlyEnds(app: AppReading): boolean {
  return app.states('ends') || app.states('checks');
}

/** Reads the config as the program does when it starts; gives the sockets that it opens. Throws Refusal. */
export function examine(app: AppReading, resolver: HostResolver): () => Candidate[] {
  app.read();
  checkGrammar(app);
  const sockets = once(() => combine(app, candidatesOf(app, resolver)));
  app.scope.add({
    get: (name) => (name === 'sockets' ? sockets().map(({ facts }) => facts) : undefined),
  });
  checkRefusals(app);
  sockets();
  return sockets;
}

function once<T>(work: () => T): () => T {
  let done: { result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}

/**
 * Runs `work`; where the program would refuse to start, or a value is unknown, that becomes a finding. Gives the
 * refusal's words.
 */
export function guarded(app: AppReading, findings: Finding[], work: () => void): string | undefined {
  const { pack, launch } = app.context;
  const evidence = [{ kind: 'argument' as const, text: launch.argv.join(' ') }];
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) {
      const message = `${pack.title} will not start: ${error.message}`;
      findings.push({ id: 'will-not-start', severity: 'high', message, evidence });
      return message;
    } else if (error instanceof UnknownValue) {
      findings.push({
        id: 'unknown-value',
        severity: 'medium',
        message: `${pack.title}: ${error.message}`,
        evidence,
      });
    } else {
      const message = `the ${pack.app} pack could not be evaluated: ${(error as Error).message.split('\n')[0]}`;
      findings.push({ id: 'pack-error', severity: 'high', message, evidence });
    }
  }
  return undefined;
}

function checkRefusals(app: AppReading): void {
  const { pack, reach } = app.context;
  for (const rule of pack.refuse ?? []) {
    const { when, each, message, unchecked } = rule;
    if (unchecked && app.isCheck) continue;
    for (const { names, evidence, isPossible } of placesIn(app, each)) {
      if (isPossible || !isKnownToHold(when, names)) continue;
      reach?.(rule);
      throw new Refusal(message + placeOf(evidence[0]));
    }
  }
}

/** What can't be known before the container runs is not held against the program. */
function isKnownToHold(expression: string, names: Names): boolean {
  try {
    return evaluate(expression, names) === true;
  } catch (error) {
    if (error instanceof UnknownValue) return false;
    throw error;
  }
}

function asPossible(listener: Listener): Listener {
  return { ...listener, certainty: 'possible' };
}

function peersOf(app: AppReading): Peer[] {
  return (app.context.pack.peers ?? []).flatMap((rule) =>
    endpointsOf(app, rule, 'skip').map(({ transport, host, port, path, purpose, certainty, evidence }) => ({
      app: app.context.pack.app,
      transport,
      host,
      port,
      ...(path === '' ? {} : { path }),
      purpose,
      certainty,
      evidence,
    })),
  );
}
