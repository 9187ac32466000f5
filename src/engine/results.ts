import { launchKey } from '../launch/combine.ts';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import { type AppResult, type EngineOptions, evaluateApp } from './evaluate-app.ts';
import type { Match } from './match.ts';

/** What launches come to, each worked out once: who walks through scripts asks before the profile is made. */
export class Results {
  readonly #options: EngineOptions;
  readonly #known = new Map<string, AppResult>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  of(launch: LaunchWithRootfs, match: Match): AppResult {
    const key = JSON.stringify([launchKey(launch), launch.certainty, launch.via]);
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const result = evaluateApp(launch, launch.rootfs, match, this.#options);
    this.#known.set(key, result);
    return result;
  }
}
