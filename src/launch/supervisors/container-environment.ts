import { posix } from 'node:path';
import type { Call } from '../tools/call.ts';

/** A folder in which an init keeps the container's environment: a file for each variable, which scripts may change. */
export class ContainerEnvironment {
  readonly #call: Call;
  readonly #folder: string;

  constructor(call: Call, folder: string) {
    this.#call = call;
    this.#folder = folder;
  }

  get exists(): boolean {
    return this.#call.files.isDirectory(this.#folder);
  }

  /** Puts variables down, but for those of some names. */
  write(env: ReadonlyMap<string, string>, except: ReadonlySet<string> = new Set()): void {
    const { files, access } = this.#call;
    files.mkdir(this.#folder, access, { parents: true });
    for (const [name, value] of env) {
      if (!name.includes('/') && !except.has(name))
        files.write(posix.join(this.#folder, name), value, access);
    }
  }

  /** The variables as they are now, each without its last newline. */
  read(): Map<string, string> {
    const { files, access } = this.#call;
    const variables = new Map<string, string>();
    for (const name of files.list(this.#folder) ?? []) {
      const read = files.read(posix.join(this.#folder, name), access);
      if ('text' in read) variables.set(name, read.text.replace(/\n$/, ''));
    }
    return variables;
  }
}
