import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Finding } from '../model/evidence.ts';
import type { Listener } from '../model/profile.ts';
import type { Pack } from '../pack/schema.ts';
import { type AppResult, type EngineOptions, evaluateApp, guarded, openApp } from './evaluate-app.ts';
import type { Match } from './match.ts';

/** Adds to a server's result what applications inside its process bring: their names on its listeners, their peers. */
export function withApplications(
  server: AppResult,
  launch: LaunchWithRootfs,
  { app }: Pack,
  packs: readonly Pack[],
  options: EngineOptions,
): AppResult {
  const findings: Finding[] = [];
  const inside = packs
    .filter((pack) => pack.within?.apps.includes(app))
    .map(
      (pack): Match => ({
        pack,
        role: { roots: [...(server.roots ?? [])] },
        text: `${pack.title} in ${app}`,
      }),
    )
    .filter((match) => isInside(launch, match, options, findings));
  if (inside.length + findings.length === 0) return server;
  const own = inside.map((match) => evaluateApp(launch, launch.rootfs, match, options));
  return {
    ...server,
    configs: [...server.configs, ...own.flatMap(({ configs }) => configs)],
    listeners: server.listeners.map((listener) => serving(listener, inside)),
    peers: [...server.peers, ...own.flatMap(({ peers }) => peers)],
    findings: [...server.findings, ...findings, ...own.flatMap(({ findings }) => findings)],
  };
}

function isInside(
  launch: LaunchWithRootfs,
  match: Match,
  options: EngineOptions,
  findings: Finding[],
): boolean {
  const { when = 'false' } = match.pack.within ?? {};
  let isThere = false;
  const app = openApp(launch, launch.rootfs, match, options, findings);
  guarded(app, findings, () => {
    isThere = app.evaluate(when) === true;
    if (isThere && match.pack.within) options.reach?.(match.pack.within);
  });
  return isThere;
}

function serving(listener: Listener, inside: readonly Match[]): Listener {
  const serves = inside.filter(({ pack }) => pack.within?.purposes.includes(listener.purpose));
  return serves.length === 0 ? listener : { ...listener, serves: serves.map(({ pack }) => pack.app) };
}
