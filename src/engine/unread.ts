import { posix } from 'node:path';
import { isPattern } from '../base/glob.ts';
import type { Finding } from '../model/evidence.ts';
import type { AppReading } from './app-reading.ts';

/** Names that only a config file has. */
const configName = /\.(conf|cnf|cfg|config|ini|ya?ml)$/i;

/**
 * Config files that the program does not read: of the usual ones when it reads none at all, and those beside
 * included ones whose names do not end as the include wants it. What was set aside (`x.conf.bak`) is not meant.
 */
export function unreadConfigs({ context, files }: AppReading): Finding[] {
  const { rootfs, pack } = context;
  const read = new Set(files.all.map(({ path }) => path));
  const usual = read.size > 0 ? [] : (pack.usual ?? []).flatMap((pattern) => rootfs.glob(pattern));
  const beside = [...files.patterns].flatMap((pattern) => {
    const folder = posix.dirname(pattern);
    if (isPattern(folder) || !configName.test(pattern)) return [];
    return rootfs
      .list(folder)
      .filter((name) => configName.test(name))
      .map((name) => posix.join(folder, name));
  });
  if (usual.length > 0) context.reach?.(pack, 'usual');
  const unread = new Set(
    [...usual, ...beside].filter((path) => !read.has(path) && !rootfs.isDirectory(path)),
  );
  return [...unread].map((path) => ({
    id: 'config-not-read',
    severity: 'low',
    message: `${pack.title} does not read ${path}`,
    evidence: [{ kind: 'config', path, text: path }],
  }));
}
