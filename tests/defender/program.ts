import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Audit } from '../../src/model/audit.ts';
import { repository } from '../differential/paths.ts';
import { until } from '../runtime/watched.ts';

/** `berthwatch watch` as an operator runs it: a program of its own, with a folder for its spool and its audits. */
export class Program {
  readonly #folder: string;
  readonly #sinks: readonly object[];
  readonly #runtimes: object | undefined;
  readonly #place: string;
  /** What it has said to people, of all its runs. */
  readonly problems: string[] = [];
  #child: ReturnType<typeof spawn> | undefined;

  /** `sinks`: beside the file that `audits` reads. `place`: of the program. */
  constructor(folder: string, sinks: readonly object[] = [], runtimes?: object, place = repository) {
    this.#folder = folder;
    this.#sinks = sinks;
    this.#runtimes = runtimes;
    this.#place = place;
  }

  get spool(): string {
    return join(this.#folder, 'spool');
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it watches. `by`: a command that runs it. */
  async start(by: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const said = this.problems.length;
    this.begin(by, env);
    await until(() => this.problems.slice(said).some((line) => line.startsWith('watching')));
  }

  /** As `start`, without waiting for anything. */
  begin(by: readonly string[] = [], env: NodeJS.ProcessEnv = {}): void {
    const config = join(this.#folder, 'berthwatch.yaml');
    const sinks = [{ kind: 'file', path: this.#audits }, ...this.#sinks];
    const settings = { spool: { dir: this.spool }, audits: sinks, runtimes: this.#runtimes };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify(settings));
    const program = [join(this.#place, 'bin/berthwatch.js'), 'watch', '--config', config, '--metrics', 'off'];
    const [first = process.execPath, ...words] = [...by, process.execPath, ...program];
    const child = spawn(first, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    createInterface({ input: child.stderr }).on('line', (line) => this.problems.push(line));
    this.#child = child;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** All that were told, each as often as it was. */
  audits(): Audit[] {
    return linesOf(this.#audits).map((line) => JSON.parse(line) as Audit);
  }

  /** The verdict on a port of a container, as soon as there is one. */
  told(workload: string, port: number): Promise<Audit> {
    return until(() =>
      this.audits().find((each) => each.workload.id === workload && each.listener.port === port),
    );
  }

  /** A line that it said to people. */
  said(words: string): Promise<string> {
    return until(() => this.problems.find((line) => line.includes(words)), 60_000);
  }

  get #audits(): string {
    return join(this.#folder, 'audits.jsonl');
  }
}

/** Whole lines of a file that may not be there yet. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
