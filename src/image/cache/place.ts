import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where layer indexes are kept when nothing else is asked for: XDG Base Directory, or Windows' local data. */
export function defaultCacheDir(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform = process.platform,
): string {
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'berthwatch', 'cache');
  }
  const base = env.XDG_CACHE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'berthwatch');
}

export const defaultCacheBytes = 512 * 1024 * 1024;
