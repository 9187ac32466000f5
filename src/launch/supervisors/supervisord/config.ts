import { posix } from 'node:path';
import type { Evidence } from '../../../model/evidence.ts';
import { isUnknown } from '../../../model/unknown.ts';
import { configParser } from '../../../syntax/config-parser/config-parser.ts';
import type { ConfigNode } from '../../../syntax/tree.ts';
import { unknownText } from '../../texts.ts';
import type { Call } from '../../tools/call.ts';
import type { Check } from './checks.ts';
import { ConfigError, type Expansions, expand } from './values.ts';

/** An option's value, and where it is written. */
export interface Option {
  value: string;
  at: Evidence;
}

/** One section, with what all files say of it. */
export interface Section {
  name: string;
  at: Evidence;
  options: Map<string, Option>;
}

/** A config file with the files that it includes, as `ServerOptions.read_config` merges them. */
export class Config {
  readonly here: string;
  readonly sections = new Map<string, Section>();
  /** What every value may name: the environment as `ENV_X`, and `here`. */
  readonly expansions: Map<string, string | number>;
  readonly #call: Call;
  readonly #defaults = new Map<string, Option>();

  /** Throws ConfigError where supervisord ends. */
  constructor(call: Call, path: string) {
    this.#call = call;
    this.here = posix.dirname(call.path(path));
    const env = [...call.process.env].map(([name, value]): [string, string] => [`ENV_${name}`, value]);
    this.expansions = new Map([...env, ['here', this.here], ['host_node_name', unknownText('$HOSTNAME')]]);
    if (call.files.look(call.path(path)) === 'missing')
      throw new ConfigError(`could not find config file ${path}`);
    if (!this.#read(call.path(path))) throw new ConfigError(`could not read config file ${path}`);
    const include = this.sections.get('include');
    if (include) this.#include(include);
    if (!this.sections.has('supervisord'))
      throw new ConfigError(`${path} does not include supervisord section`);
  }

  /** Sections whose names begin so, in the order of their first lines. */
  startingWith(prefix: string): Section[] {
    return [...this.sections.values()].filter(({ name }) => name.startsWith(prefix));
  }

  /** An option as written. */
  raw(section: Section, name: string): Option | undefined {
    return section.options.get(name) ?? this.#defaults.get(name);
  }

  /** An option with its expansions put in, which must pass its check. Throws ConfigError. */
  get(section: Section, name: string, more: Expansions = new Map(), check?: Check): Option | undefined {
    const option = this.raw(section, name);
    if (option === undefined) return undefined;
    const value = expand(option.value, new Map([...this.expansions, ...more]));
    if (check && !isUnknown(value) && !check(value, this.#call))
      throw new ConfigError(`${JSON.stringify(value)} is no value of ${name} in [${section.name}]`);
    return { value, at: option.at };
  }

  #read(path: string): boolean {
    const read = this.#call.files.read(path, this.#call.access);
    if (!('text' in read)) return false;
    const { nodes, problems } = configParser.parse(read.text, path);
    const problem = problems.find(({ fatal }) => fatal);
    if (problem) throw new ConfigError(`${path}:${problem.line}: ${problem.message}`);
    for (const node of nodes) this.#merge(node);
    return true;
  }

  #merge({ name, at, children = [] }: ConfigNode): void {
    const options = name === 'DEFAULT' ? this.#defaults : this.#sectionOf(name, at).options;
    for (const child of children) options.set(child.name, { value: child.args[0] ?? '', at: child.at });
  }

  #sectionOf(name: string, at: Evidence): Section {
    const section = this.sections.get(name) ?? { name, at, options: new Map() };
    this.sections.set(name, section);
    return section;
  }

  /** `files` of [include]: patterns, relative to the main file. Included files include none themselves. */
  #include(include: Section): void {
    this.#expandHere(this.here);
    const files = this.get(include, 'files');
    if (files === undefined) throw new ConfigError('[include] has no files setting');
    for (const pattern of files.value.split(/\s+/).filter((word) => word !== '')) {
      for (const path of this.#call.files.rootfs.glob(posix.resolve(this.here, pattern))) {
        this.#read(path);
        this.#expandHere(posix.dirname(path));
      }
    }
  }

  /** `%(here)s` means the folder of the file that it stands in. */
  #expandHere(folder: string): void {
    for (const { options } of this.sections.values())
      for (const option of options.values()) option.value = option.value.replaceAll('%(here)s', folder);
  }
}
