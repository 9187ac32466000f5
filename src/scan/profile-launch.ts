import type { EvaluatedLaunch } from '../engine/evaluate-start.ts';
import type { ProfileLaunch } from '../model/profile.ts';

/** A launch as the profile shows it: of the environment only the names. */
export function profileLaunch({ launch, match, result }: EvaluatedLaunch): ProfileLaunch {
  return {
    app: match?.pack.app ?? null,
    exe: launch.exe ?? launch.argv[0] ?? '',
    argv: [...launch.argv],
    env: Object.keys(launch.env).sort(),
    user: launch.user.name,
    cwd: launch.cwd,
    via: [...launch.via],
    certainty: launch.certainty,
    configs: result.configs.map(({ path, syntax }) => ({ path, syntax })),
  };
}
