import { distinct } from '../base/distinct.ts';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Finding } from '../model/evidence.ts';
import type { Listener } from '../model/profile.ts';
import type { Pack } from '../pack/schema.ts';
import { type AppResult, type EngineOptions, evaluateApp, guarded, openApp } from './evaluate-app.ts';
import type { Match } from './match.ts';
import type { Root } from './roots.ts';

/** Adds to a server's result what applications inside its process bring: their names on its listeners, their peers. */
export function withApplications(
  server: AppResult,
  launch: LaunchWithRootfs,
  { app }: Pack,
  packs: readonly Pack[],
  options: EngineOptions,
): AppResult {
  const applications = packs
    .filter((pack) => pack.within?.apps.includes(app))
    .map((pack) => new Application(pack, launch, options, app));
  const inside = applications.filter((each) => each.isIn(server.roots ?? []));
  const findings = applications.flatMap((each) => each.findings);
  if (inside.length + findings.length === 0) return server;
  const own = inside.map((each) => each.evaluate(server.roots ?? []));
  return {
    ...server,
    configs: [...server.configs, ...own.flatMap(({ configs }) => configs)],
    listeners: server.listeners.map((listener) => serving(listener, inside, server.roots ?? [])),
    peers: [...server.peers, ...own.flatMap(({ peers }) => peers)],
    findings: [...server.findings, ...findings, ...own.flatMap(({ findings }) => findings)],
  };
}

/** One application that may run inside a server's process. */
class Application {
  readonly findings: Finding[] = [];
  readonly pack: Pack;
  readonly #launch: LaunchWithRootfs;
  readonly #options: EngineOptions;
  readonly #server: string;
  /** By the folders that lead to it. */
  readonly #known = new Map<string, boolean>();

  constructor(pack: Pack, launch: LaunchWithRootfs, options: EngineOptions, server: string) {
    this.pack = pack;
    this.#launch = launch;
    this.#options = options;
    this.#server = server;
  }

  /** Whether it is in one of the folders, as far as the pack's `when` tells. */
  isIn(roots: readonly Root[]): boolean {
    const match = this.#match(roots);
    const key = JSON.stringify(match.role);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let isThere = false;
    const app = openApp(this.#launch, this.#launch.rootfs, match, this.#options, this.findings);
    guarded(app, this.findings, () => {
      isThere = app.evaluate(this.pack.within?.when ?? 'false') === true;
    });
    this.#known.set(key, isThere);
    return isThere;
  }

  evaluate(roots: readonly Root[]): AppResult {
    return evaluateApp(this.#launch, this.#launch.rootfs, this.#match(roots), this.#options);
  }

  #match(roots: readonly Root[]): Match {
    const { pack } = this;
    const folders = distinct(roots.map(({ folder }) => folder));
    return { pack, role: { roots: folders }, text: `${pack.title} in ${this.#server}` };
  }
}

function serving(listener: Listener, inside: readonly Application[], roots: readonly Root[]): Listener {
  const behind = roots.filter((root) => root.isBehind(listener));
  const serves = inside.filter(
    (each) => each.pack.within?.purposes.includes(listener.purpose) && each.isIn(behind),
  );
  return serves.length === 0 ? listener : { ...listener, serves: serves.map(({ pack }) => pack.app) };
}
