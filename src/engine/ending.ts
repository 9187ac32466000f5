import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Ending } from '../model/launch.ts';
import type { Listener } from '../model/profile.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { type EngineOptions, examine, openApp } from './evaluate-app.ts';
import { HostResolver } from './hosts.ts';
import { matchPack } from './match.ts';
import { missingNeeds } from './needs.ts';
import { Refusal } from './reasons.ts';
import type { Results } from './results.ts';
import { known } from './tools.ts';

/** Says of servers, and of checks of their config, whether they end at once. */
export class Endings {
  readonly #packs: readonly Pack[];
  readonly #options: EngineOptions;
  readonly #results: Results;

  constructor(packs: readonly Pack[], options: EngineOptions, results: Results) {
    this.#packs = packs;
    this.#options = options;
    this.#results = results;
  }

  /** How the program ends, with its files as they are and these servers running; undefined: it does its work. */
  of(launch: LaunchWithRootfs, running: readonly LaunchWithRootfs[]): Ending | undefined {
    const match = matchPack(launch, launch.rootfs, this.#packs);
    if (match === undefined) return undefined;
    const app = openApp(launch, launch.rootfs, match, this.#options, []);
    if (states(app, 'checks')) return this.#ofCheck(app);
    if (states(app, 'ends')) return undefined;
    const { refusal, isDoubtful, listeners } = this.#results.of(launch, match);
    if (refusal !== undefined) return { status: 1, why: refusal, certain: true, byOthers: false };
    return (
      this.#besideSame(app, running) ??
      this.#besideListeners(app, listeners, running) ??
      (isDoubtful ? doubtful(match.pack) : undefined)
    );
  }

  #ofCheck(app: AppReading): Ending | undefined {
    app.isCheck = true;
    const { pack, rootfs } = app.context;
    try {
      examine(app, new HostResolver(rootfs, this.#options.ipv6));
    } catch (error) {
      if (!(error instanceof Refusal)) return undefined;
      const why = `${pack.title} finds its config wrong: ${error.message}`;
      return { status: 1, why, certain: true, byOthers: false };
    }
    const isDoubtful = app.isUncertain || known(() => missingNeeds(app).length > 0) === true;
    return isDoubtful ? doubtful(pack) : undefined;
  }

  /** A server has what only one can have. */
  #besideSame(app: AppReading, running: readonly LaunchWithRootfs[]): Ending | undefined {
    const { sole, title } = app.context.pack;
    const wanted = soleOf(app);
    if (sole === undefined || wanted === undefined) return undefined;
    const holder = running.find((server) => {
      const match = matchPack(server, server.rootfs, this.#packs);
      if (match?.pack.app !== app.context.pack.app) return false;
      return soleOf(openApp(server, server.rootfs, match, this.#options, [])) === wanted;
    });
    if (holder === undefined) return undefined;
    app.context.reach?.(sole);
    const why = `${title} will not start: ${holder.argv.join(' ')} runs with the same ${sole.what} ${wanted}`;
    return { status: sole.status ?? 1, why, certain: true, byOthers: true };
  }

  /** A server has a socket that it would open. */
  #besideListeners(
    app: AppReading,
    wanted: readonly Listener[],
    running: readonly LaunchWithRootfs[],
  ): Ending | undefined {
    const { pack } = app.context;
    const shares = states(app, 'shares');
    for (const server of running) {
      const match = matchPack(server, server.rootfs, this.#packs);
      if (shares && match?.pack.app === pack.app) continue;
      const taken = match ? this.#results.of(server, match).listeners : [];
      const lost = wanted.find((each) => taken.some((other) => collide(each, other)));
      if (lost === undefined) continue;
      const why = `${pack.title} will not start: ${lost.transport} port ${lost.port} is taken by ${server.argv.join(' ')}`;
      return { status: 1, why, certain: true, byOthers: true };
    }
    return undefined;
  }
}

function states(app: AppReading, word: Parameters<AppReading['states']>[0]): boolean {
  return known(() => app.states(word)) === true;
}

function doubtful({ title }: Pack): Ending {
  return { status: 1, why: `${title} needs files that are not there`, certain: false, byOthers: false };
}

function soleOf(app: AppReading): Value | undefined {
  const { sole } = app.context.pack;
  const value = sole && known(() => app.evaluate(sole.of));
  return value === '' || value === null ? undefined : value;
}

/** Whether the kernel would refuse the second of two sockets of servers that share no port on purpose. */
function collide(a: Listener, b: Listener): boolean {
  if (a.certainty !== 'certain' || b.certainty !== 'certain') return false;
  if (a.transport === 'unix' || a.transport !== b.transport || a.port !== b.port || a.port === 0)
    return false;
  if (a.portEnd !== undefined || b.portEnd !== undefined) return false;
  return a.address === b.address || (isSameFamily(a, b) && (isWildcard(a) || isWildcard(b)));
}

function isWildcard({ address }: Listener): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isSameFamily(a: Listener, b: Listener): boolean {
  return a.address.includes(':') === b.address.includes(':');
}
