import { posix } from 'node:path';
import type { LiveProfile } from '../../policy/live-profile.ts';
import { FolderTree } from '../../rootfs/folder.ts';
import { procDir } from '../../sensor/proc/read.ts';
import type { Evaluator } from './evaluator.ts';
import type { EvaluationRequest } from './request.ts';

interface Remembered {
  profile: LiveProfile;
  /** Of the files that it was made of. */
  print: string;
}

/** Results of one workload that are kept; the oldest go first. */
const mostKept = 256;

/** Evaluations of one workload, each done again only when a file that it read, or a folder of one, was changed. */
export class Evaluations {
  readonly #evaluator: Evaluator;
  readonly #kept = new Map<string, Remembered>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** `key` names what is asked, but for the files. Rejects as the evaluator does. */
  async get(key: string, request: EvaluationRequest): Promise<LiveProfile> {
    const known = this.#kept.get(key);
    if (known !== undefined && known.print === fingerprint(request.pid, known.profile)) return known.profile;
    const profile = await this.#evaluator.evaluate(request);
    this.#kept.set(key, { profile, print: fingerprint(request.pid, profile) });
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > mostKept) this.#kept.delete(oldest);
    return profile;
  }
}

/** Which files these are and when each last changed; folders tell of files that came or went. */
function fingerprint(pid: number, { configs }: LiveProfile): string {
  const paths = new Set(configs.flatMap(({ path }) => [path, posix.dirname(path)]));
  if (paths.size === 0) return '';
  let tree: FolderTree;
  try {
    tree = new FolderTree(`${procDir}/${pid}/root`);
  } catch {
    return 'gone';
  }
  try {
    return [...paths]
      .map((path) => {
        const { device, inode, changed } = tree.identity(path) ?? {};
        return [path, device, inode, changed].join('\0');
      })
      .join('\n');
  } finally {
    tree.close();
  }
}
