import { posix } from 'node:path';
import type { Evidence } from '../model/evidence.ts';
import { isUnknown, showUnknown } from '../model/unknown.ts';
import { evaluate, type Value } from '../pack/expressions.ts';
import type { ConfigFile } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { ConfigFiles } from './config-files.ts';
import { ConfigStore } from './config-store.ts';
import { ConfigValues } from './config-values.ts';
import { type Context, reportUnknown } from './context.ts';
import { linesOfOptions } from './option-lines.ts';
import { Reading } from './reading.ts';
import { placeOf, Refusal } from './reasons.ts';
import { Scope } from './scope.ts';
import { Settings } from './settings.ts';

/** One app's settings and config lines, read when first needed. */
export class AppReading {
  readonly context: Context;
  readonly scope: Scope;
  readonly store: ConfigStore;
  readonly files: ConfigFiles;
  /** Some of its config can't be known, so that all it would open is only possible. */
  isUncertain = false;
  /** The program only checks its config, and so does not meet what goes wrong later. */
  isCheck = false;
  readonly #settings: Settings;
  readonly #reading: Reading;
  #state: 'unread' | 'reading' | 'read' = 'unread';

  constructor(context: Context) {
    const { pack } = context;
    this.context = context;
    this.scope = new Scope(context);
    this.store = new ConfigStore(pack.names ?? 'sensitive');
    this.files = new ConfigFiles(context);
    const keys = {
      lookup: (key: string) => this.#changing(this.read().lookup(key)),
      at: (path: string) => this.#changing(this.read().at(path)),
    };
    this.#settings = new Settings(context, pack.settings ?? {}, this.scope, keys);
    this.#reading = new Reading(context, this.files, this.store, this.scope, () => this.#settings.forget());
    this.scope.add(this.#settings);
    const values = new ConfigValues(this.store, (evidence) => context.trail.note(evidence));
    this.scope.add({ get: (name) => this.#changing(this.#collection(name)) });
    this.scope.add({ get: (name) => (name === 'top' ? this.#changing(this.read().topNames()) : undefined) });
    this.scope.add({
      get: (name) => (name === 'config' && this.read() ? this.#changing(values.all) : undefined),
    });
  }

  #collection(name: string): Value | undefined {
    if (Object.hasOwn(this.context.pack.collections ?? {}, name)) this.read();
    return this.#reading.collections.get(name);
  }

  /** What config lines decide: settings that ask for it are worked out anew when there are more. */
  #changing<T>(found: T): T {
    if (found !== undefined) this.#settings.noteChanging();
    return found;
  }

  /** All config lines. While they are being read, those read so far. Throws Refusal. */
  read(): ConfigStore {
    if (this.#state !== 'unread') return this.store;
    this.#state = 'reading';
    const [problem] = this.context.args.problems;
    if (problem !== undefined) throw new Refusal(problem);
    for (const file of this.context.pack.files ?? []) {
      this.#readFile(file);
      this.#settings.forget();
    }
    this.#state = 'read';
    return this.store;
  }

  /** Evaluates one of the pack's expressions. */
  evaluate(expression: string): Value {
    return evaluate(expression, this.scope);
  }

  /** Whether the pack states this of the command line. */
  states(word: 'ends' | 'checks' | 'detaches' | 'shares'): boolean {
    const { pack, reach } = this.context;
    const expression = pack[word];
    if (expression === undefined || this.evaluate(expression) !== true) return false;
    reach?.(pack, word);
    return true;
  }

  #readFile(file: ConfigFile): void {
    if (file.when !== undefined && this.evaluate(file.when) !== true) return;
    if (file.arguments) this.#take(file, this.context.args.lines);
    if (file.stdin && this.context.args.stdin) this.#readStandardInput(file);
    if (file.text !== undefined) this.#readText(file, file.text);
    if (file.path === undefined) return;
    const value = this.evaluate(file.path);
    const base = file.base === undefined ? this.context.launch.cwd : String(this.evaluate(file.base));
    for (const path of Array.isArray(value) ? value : [value]) {
      if (typeof path === 'string' && path !== '') this.#readPath(file, posix.resolve(base, path));
    }
  }

  #readStandardInput(file: ConfigFile): void {
    const text = this.context.launch.stdin?.();
    if (text !== undefined) {
      const { nodes, problems } = this.files.parse(text, 'standard input', file.syntax ?? '');
      const fatal = problems.find((problem) => problem.fatal);
      if (fatal) throw new Refusal(`${fatal.message} in line ${fatal.line} of standard input`);
      this.#take(file, nodes);
      return;
    }
    this.isUncertain = true;
    const evidence: Evidence = { kind: 'argument', text: this.context.launch.argv.join(' ') };
    reportUnknown(this.context, 'unknown-value', 'its config comes from standard input', [evidence]);
  }

  #readPath(file: ConfigFile, path: string): void {
    if (isUnknown(path)) {
      this.isUncertain = true;
      const message = `its config file ${showUnknown(path)} can't be known`;
      reportUnknown(this.context, 'unknown-value', message, [{ kind: 'argument', text: showUnknown(path) }]);
      return;
    }
    const nodes = this.#nodesOf(file, path) ?? this.#nodesOfTemplate(file);
    if (nodes !== undefined) {
      this.#take(file, this.#shaped(file, path, nodes), file.variables);
    } else if (file.missing === 'refuse') {
      throw new Refusal(`its config file ${path} is missing`);
    }
  }

  #nodesOf(file: ConfigFile, path: string): ConfigNode[] | undefined {
    return this.files.read(path, file.syntax ?? '', { scalarSyntax: file.scalarSyntax });
  }

  #nodesOfTemplate(file: ConfigFile): ConfigNode[] | undefined {
    const templates = file.template === undefined ? [] : [file.template].flat();
    for (const template of templates) {
      const found = this.context.rootfs.glob(String(this.evaluate(template)))[0];
      const nodes = found === undefined ? undefined : this.#nodesOf(file, found);
      if (nodes !== undefined) return nodes;
    }
    return undefined;
  }

  #readText(file: ConfigFile, expression: string): void {
    const value = this.evaluate(expression);
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string' || text === '') continue;
      const { nodes, problems } = this.files.parse(text, '', file.syntax ?? '');
      const fatal = problems.find((problem) => problem.fatal);
      if (fatal) throw new Refusal(`${fatal.message} in "${text}"`);
      this.#take(file, nodes.map(fromArgument));
    }
  }

  #shaped(file: ConfigFile, path: string, nodes: ConfigNode[]): ConfigNode[] {
    const flat = file.flatten === undefined ? nodes : flatten(nodes, file.flatten, '');
    if (file.once) refuseTwice(flat);
    const isOptions = file.scalarSyntax === undefined || this.files.syntaxOf(path) === file.scalarSyntax;
    if (file.keys !== 'options' || !isOptions) return flat;
    return linesOfOptions(this.context.pack.arguments ?? {}, flat);
  }

  #take(file: ConfigFile, nodes: readonly ConfigNode[], areVariables = false): void {
    if (nodes.length > 0) this.context.reach?.(file);
    for (const node of this.#reading.expand(nodes, 0, true)) {
      this.store.nodes.push(node);
      if (areVariables) this.#reading.collections.setVariable(node.name, node.args[0] ?? '');
    }
  }
}

/** A line of a text that was given as an argument. */
function fromArgument(node: ConfigNode): ConfigNode {
  const line: ConfigNode = { ...node, at: { kind: 'argument', text: node.at.text } };
  return node.children ? { ...line, children: node.children.map(fromArgument) } : line;
}

function refuseTwice(nodes: readonly ConfigNode[]): void {
  const seen = new Set<string>();
  for (const { name, at } of nodes) {
    if (seen.has(name)) throw new Refusal(`"${name}" is there twice${placeOf(at)}`);
    seen.add(name);
  }
}

/** `a: {b: 1}` becomes `a.b 1`. A mapping's own line stays too when it also has a value. */
function flatten(nodes: readonly ConfigNode[], joint: string, prefix: string): ConfigNode[] {
  return nodes.flatMap((node) => {
    const name = prefix + node.name;
    const { children, ...line } = node;
    if (!children) return [{ ...line, name }];
    const own = line.args.length > 0 ? [{ ...line, name }] : [];
    return [...own, ...flatten(children, joint, name + joint)];
  });
}
