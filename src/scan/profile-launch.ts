import type { EvaluatedLaunch } from '../engine/evaluate-start.ts';
import type { ProfileLaunch } from '../model/profile.ts';
import { showUnknown } from '../model/unknown.ts';

/** A launch as the profile shows it: names of environment variables only, unknown values readable. */
export function profileLaunch({ launch, match, result }: EvaluatedLaunch): ProfileLaunch {
  return {
    app: match?.pack.app ?? null,
    exe: launch.exe ?? showUnknown(launch.argv[0] ?? ''),
    argv: launch.argv.map(showUnknown),
    env: Object.keys(launch.env).sort(),
    user: launch.user.name,
    cwd: launch.cwd,
    via: launch.via.map((step) => ({ ...step, text: showUnknown(step.text) })),
    certainty: launch.certainty,
    configs: result.configs.map(({ path, syntax }) => ({ path, syntax })),
  };
}
