import type { Access } from '../files.ts';
import { type OptionSpec, type ParsedOptions, parseOptions } from '../options.ts';
import type { Process } from '../process.ts';
import { brief, type Status, unknownText } from '../texts.ts';
import type { World } from '../world.ts';

/** A modelled command: reads arguments, standard input and files, writes output and files, gives a status. */
export type Tool = (call: Call) => Status;

/** One use of a tool. */
export class Call {
  readonly world: World;
  readonly process: Process;
  readonly args: readonly string[];

  constructor(world: World, process: Process) {
    this.world = world;
    this.process = process;
    this.args = process.argv.slice(1);
  }

  get name(): string {
    return this.process.argv[0] ?? '';
  }

  get files() {
    return this.world.files;
  }

  get access(): Access {
    return { user: this.process.user, origin: this.process.origin };
  }

  stdin(): string {
    const text = this.process.io.in.rest();
    this.world.budget.spendOn(text.length);
    return text;
  }

  out(text: string): void {
    this.world.budget.spendOn(text.length);
    this.process.io.out.write(text);
  }

  /** Prints an error message; gives the status of a failed command. */
  fail(message: string, status = 1): Status {
    this.process.io.err.write(`${this.name}: ${message}\n`);
    return status;
  }

  /** A path as an absolute one. */
  path(path: string): string {
    return path.startsWith('/') ? path : `${this.process.cwd === '/' ? '' : this.process.cwd}/${path}`;
  }

  options(spec: OptionSpec): ParsedOptions | undefined {
    return parseOptions(this.args, { permute: true, ...spec });
  }

  /** As `options`, of other arguments than those given. */
  optionsOf(args: readonly string[], spec: OptionSpec): ParsedOptions | undefined {
    return parseOptions(args, { permute: true, ...spec });
  }

  /** A file's text, or what stdin has for `-` and its names; undefined, with a message, when it can't be read. */
  read(path: string): string | undefined {
    if (path === '-' || path === '/dev/stdin' || path === '/dev/fd/0') return this.stdin();
    const descriptor = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
    const stream = descriptor && this.process.io.get(Number(descriptor[1]));
    if (stream) return stream.rest();
    const read = this.files.read(this.path(path), this.access);
    if ('text' in read) return read.text;
    this.fail(`${path}: ${read.error}`);
    return undefined;
  }

  /** The texts of all operands, or of stdin when there are none. The status is 1 when one can't be read. */
  readAll(operands: readonly string[]): { texts: { path: string; text: string }[]; status: number } {
    if (operands.length === 0) return { texts: [{ path: '-', text: this.stdin() }], status: 0 };
    let status = 0;
    const texts: { path: string; text: string }[] = [];
    for (const path of operands) {
      const text = this.read(path);
      if (text === undefined) status = 1;
      else texts.push({ path, text });
    }
    return { texts, status };
  }

  /** Writes a file; a message and false when it can't. */
  write(path: string, text: string): boolean {
    const descriptor = /^\/dev\/(?:fd\/(\d+)|(stdout)|(stderr))$/.exec(path);
    if (descriptor) {
      const fd = descriptor[2] ? 1 : descriptor[3] ? 2 : Number(descriptor[1]);
      this.process.io.get(fd)?.write(text);
      return true;
    }
    const error = this.files.write(this.path(path), text, this.access);
    if (error) this.fail(`${path}: ${error}`);
    return error === undefined;
  }

  /** What this use does can't be known: its output is unknown, and its status where a condition asks for it. */
  unknown(): Status {
    this.files.doubt(this.args, this.process.cwd);
    this.out(unknownText(this.process.argv.join(' ')));
    return this.process.condition ? undefined : 0;
  }

  /** It has changed a file in a way that is not worked out: nothing of the file is known any more. */
  changesUnknown(path: string): Status {
    this.files.write(this.path(path), this.asUnknown, this.access);
    return this.process.condition ? undefined : 0;
  }

  /** This call as an unknown value. */
  get asUnknown(): string {
    return unknownText(brief(this.process.argv.join(' ')));
  }

  /** Runs another program for this one, waits for it, and gives its status. */
  run(argv: readonly string[], changes: Partial<Process> = {}): Status {
    return this.world.run(this.world, {
      ...this.process,
      argv,
      role: 'called',
      first: false,
      byShell: false,
      depth: this.process.depth + 1,
      ...changes,
    });
  }
}
