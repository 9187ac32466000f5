import type { CompoundList, Function as FunctionNode, Statement, SyntaxNode, Word } from 'unbash';
import { isUnknown } from '../../model/unknown.ts';
import type { Access } from '../files.ts';
import type { Io } from '../io.ts';
import { ExitShell } from '../jumps.ts';
import type { Process } from '../process.ts';
import { brief, type Status, unknownText } from '../texts.ts';
import type { Identity } from '../users.ts';
import type { Place, World } from '../world.ts';
import { lineAt, type Scripts, type Unit } from './syntax.ts';
import { Variables } from './variables.ts';

/** Which shell reads the script: what it understands differs. */
export type Dialect = 'bash' | 'dash' | 'ash';

export interface ShellFunction {
  node: FunctionNode;
  unit: Unit;
}

/** One function or sourced file that is being run. */
export interface Frame {
  /** The function's name; `source` for a file. */
  name: string;
  unit: Unit;
  /** Where it was called. */
  line: number;
}

/** What the parts of the evaluator ask of each other; so they need not import each other in a circle. */
export interface Evaluator {
  list(shell: Shell, list: CompoundList | readonly Statement[], tail: boolean): Status;
  node(shell: Shell, node: SyntaxNode, tail: boolean): Status;
  /** Runs a text in this shell (`eval`, `.`). */
  text(shell: Shell, text: string, path: string, firstLine: number, tail: boolean): Status;
  /** Runs a command's words, as found after expansion. */
  command(shell: Shell, argv: readonly string[], options?: { functions?: boolean; tail?: boolean }): Status;
  /** A word as one text, as on the right of an assignment. */
  word(shell: Shell, word: Word): string;
  /** The output of a command substitution, without its last newlines. */
  substitute(shell: Shell, statements: readonly Statement[], unit: Unit): string;
  /** The output of statements in a subshell, as it is. */
  output(shell: Shell, statements: readonly Statement[]): string;
  /** Runs statements in a subshell. */
  subshell(shell: Shell, statements: readonly Statement[], changes: SubshellChanges): Status;
}

export interface SubshellChanges {
  io?: Io;
  role?: Process['role'];
  unit?: Unit;
  /** Nothing comes after it in the shell. */
  tail?: boolean;
}

/** Characters of a script's line that are looked at to show it. */
const shownLength = 400;

/** A shell's state at one moment. */
export interface ShellMark {
  vars: Variables;
  io: Io;
  fields: Pick<
    Shell,
    | 'positional'
    | 'functions'
    | 'options'
    | 'status'
    | 'lastJob'
    | 'unit'
    | 'offset'
    | 'frames'
    | 'cwd'
    | 'conditions'
    | 'loops'
    | 'waits'
    | 'pipe'
    | 'optionPlace'
    | 'folders'
    | 'substituted'
    | 'via'
    | 'depth'
  >;
}

/** The state of one shell process. */
export class Shell {
  readonly world: World;
  readonly scripts: Scripts;
  readonly evaluator: Evaluator;
  readonly dialect: Dialect;
  readonly user: Identity;
  readonly parent: Shell | undefined;
  readonly first: boolean;
  readonly applets: Process['applets'];
  role: Process['role'];
  via: Process['via'];
  depth: number;
  /** `$0`. */
  name: string;
  cwd: string;
  io: Io;
  vars: Variables;
  positional: readonly string[] = [];
  functions: ReadonlyMap<string, ShellFunction> = new Map();
  /** Letters and names of `set`, names of `shopt`. */
  options: ReadonlySet<string>;
  status: Status = 0;
  /** `PIPESTATUS`. */
  pipe: readonly Status[] = [];
  /** `$!`. */
  lastJob = '';
  unit: Unit;
  /** Offset in the unit of the statement that runs. */
  offset = 0;
  frames: readonly Frame[] = [];
  /** The script's file as `BASH_SOURCE` shows it; undefined for `sh -c`. */
  mainPath: string | undefined;
  /** Where `getopts` stands inside a word. */
  optionPlace: { index: number; offset: number } | undefined;
  /** The stack of `pushd`. */
  folders: readonly string[] = [];
  /** Status of the last command substitution of the command that runs. */
  substituted: { status: Status } | undefined;
  /** Variables of the environment whose names are none for the shell; bash passes them on. */
  foreign: readonly (readonly [string, string])[] = [];
  /** Conditions that the commands stand in: there a failure ends nothing, and its status is asked for. */
  conditions = 0;
  loops = 0;
  /** Loops around that sleep: they wait for something, which is taken to come. */
  waits = 0;

  constructor(
    world: World,
    scripts: Scripts,
    evaluator: Evaluator,
    dialect: Dialect,
    process: Process,
    unit: Unit,
  ) {
    this.world = world;
    this.scripts = scripts;
    this.evaluator = evaluator;
    this.dialect = dialect;
    this.user = process.user;
    this.parent = undefined;
    this.first = process.first;
    this.applets = process.applets;
    this.role = process.role;
    this.via = process.via;
    this.depth = process.depth;
    this.name = process.argv[0] ?? 'sh';
    this.cwd = process.cwd;
    this.io = process.io;
    this.vars = new Variables();
    this.options = new Set();
    this.unit = unit;
  }

  /** A copy for a subshell: its changes do not come back, except those to files. */
  fork(): Shell {
    this.world.budget.spend(24);
    const copy: Shell = Object.create(Shell.prototype);
    return Object.assign(copy, this, {
      parent: this,
      vars: this.vars.fork(),
      io: this.io.with(),
      role: 'called',
      loops: 0,
      waits: 0,
    });
  }

  /** A word as the right side of an assignment. */
  evaluateWord(word: Word): string {
    return this.evaluator.word(this, word);
  }

  /** What a program gets. */
  environment(): Map<string, string> {
    const env = this.vars.environment;
    for (const [name, value] of this.foreign) env.set(name, value);
    return env;
  }

  /** This shell with other descriptors: variables and all else are the same. */
  withIo(io: Io): Shell {
    const view: Shell = Object.create(this);
    view.io = io;
    return view;
  }

  get line(): number {
    return lineAt(this.unit, this.offset);
  }

  /** Where the shell is. */
  place(): Place {
    const text = brief(this.unit.source.slice(this.offset, this.offset + shownLength).split('\n')[0] ?? '');
    return { path: this.unit.path, line: this.line, text };
  }

  get origin(): string {
    return `${this.unit.path}:${this.line}`;
  }

  get access(): Access {
    return { user: this.user, origin: this.origin };
  }

  has(option: string): boolean {
    return this.options.has(option);
  }

  /** A path as an absolute one. */
  path(path: string): string {
    return path.startsWith('/') ? path : `${this.cwd === '/' ? '' : this.cwd}/${path}`;
  }

  error(message: string): void {
    this.io.err.write(`${this.unit.path}: line ${this.line}: ${message}\n`);
  }

  /** What a condition asks for, with its status worked out; `node` identifies it. */
  decide(node: object, status: Status, about: string): boolean {
    if (status !== undefined) return this.world.decisions.known(node, status === 0, this.world.asks);
    return this.world.decisions.fork(node, brief(about));
  }

  /** Ends the shell; a failure is noted, with the conditions that led there. */
  exit(status: Status, node?: object): never {
    const isMain = this.role === 'main' && this.parent === undefined;
    if (isMain && status !== 0 && status !== undefined) noteFailure(this, status, node);
    throw new ExitShell(status);
  }

  /** The status with which an error in an expansion ends the shell. */
  get fatal(): number {
    if (this.dialect !== 'bash') return 2;
    return this.mainPath === undefined ? 127 : 1;
  }

  /** Changes an option; the set itself stays as it is for those who hold it. */
  setOption(option: string, on: boolean): void {
    const options = new Set(this.options);
    if (on) options.add(option);
    else options.delete(option);
    this.options = options;
  }

  define(name: string, defined: ShellFunction | undefined): void {
    this.world.budget.spend(1 + this.functions.size / 16);
    const functions = new Map(this.functions);
    if (defined) functions.set(name, defined);
    else functions.delete(name);
    this.functions = functions;
  }

  /** The state, for `restore`; it stays as it is whatever the shell does. */
  save(): ShellMark {
    const { positional, functions, options, status, lastJob, unit, offset, frames, cwd, conditions } = this;
    const { loops, waits, pipe, optionPlace, folders, substituted, via, depth } = this;
    return {
      vars: this.vars.fork(),
      io: this.io.with(),
      fields: {
        positional,
        functions,
        options,
        status,
        lastJob,
        unit,
        offset,
        frames,
        cwd,
        conditions,
        loops,
        waits,
        pipe,
        optionPlace,
        folders,
        substituted,
        via,
        depth,
      },
    };
  }

  restore({ vars, io, fields }: ShellMark): void {
    Object.assign(this, fields);
    this.vars = vars.fork();
    this.io = io.with();
  }

  /** What `state` tells without variables and streams. */
  plainState(): string {
    const { positional, functions, options, cwd, lastJob, conditions, loops, unit } = this;
    return JSON.stringify([
      positional,
      [...functions.keys()],
      [...options],
      cwd,
      lastJob,
      conditions,
      loops,
      unit.path,
    ]);
  }

  /** Everything that the rest of the evaluation depends on in this shell and the ones around it. */
  state(): string {
    const own = [this.vars.state(), this.status ?? 'unknown', this.io.state(), this.plainState()].join('\n');
    return this.parent ? `${own}\n${this.parent.state()}` : own;
  }

  /** The process number, where it is known. */
  get pid(): string {
    return this.first ? '1' : unknownText('$$');
  }
}

/** Whether a word of a script is a number that can be used. */
export function numberOf(text: string): number | undefined {
  return !isUnknown(text) && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}

function noteFailure(shell: Shell, status: number, node: object | undefined): void {
  const { path, line, text } = shell.place();
  const { decisions, log } = shell.world;
  const own = node ? [{ node, occurrence: decisions.occurrences(node), asks: decisions.asked(node) }] : [];
  const said = log.last === '' ? text : `${text} (${brief(log.last)})`;
  shell.world.failure = {
    status,
    enclosing: [...decisions.enclosing, ...own],
    evidence: { kind: 'config', path, line, text: said },
  };
}
