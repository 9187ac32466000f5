import type { Evidence } from '../model/evidence.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import { capture, matches, split } from '../pack/patterns.ts';
import { Programs } from '../pack/programs.ts';
import type { Setting } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { packageVersion } from './facts.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';

/** What a source gives: texts as written, before the setting's type is applied. */
interface Given {
  value: Value;
  evidence: Evidence[];
}

/** Where config keys are looked up. */
export interface Keys {
  lookup(key: string): readonly ConfigNode[];
  /** Lines inside blocks, by a path as in `each`. */
  at(path: string): readonly ConfigNode[];
}

/** The settings of one app, each worked out when first asked for. */
export class Settings implements Names {
  readonly #context: Context;
  readonly #settings: Readonly<Record<string, Setting>>;
  readonly #scope: Names;
  readonly #keys: Keys;
  readonly #known = new Map<string, Given | 'busy'>();
  /** Those that no config line has a say in. */
  readonly #fixed = new Map<string, Given>();
  /** Whether what is being worked out depends on config lines. */
  #isChanging = false;

  constructor(context: Context, settings: Readonly<Record<string, Setting>>, scope: Names, keys: Keys) {
    this.#context = context;
    this.#settings = settings;
    this.#scope = scope;
    this.#keys = keys;
  }

  /** To be called when more config was read. */
  forget(): void {
    this.#known.clear();
  }

  /** To be called when something was looked up that further config lines may change. */
  noteChanging(): void {
    this.#isChanging = true;
  }

  get(name: string): Value | undefined {
    if (!Object.hasOwn(this.#settings, name)) return undefined;
    const given = this.#fixed.get(name) ?? this.#changing(name);
    this.#context.trail.note(given.evidence);
    return given.value;
  }

  #changing(name: string): Given {
    const known = this.#known.get(name);
    if (known === 'busy') throw new Error(`setting ${name} needs itself`);
    if (known === undefined) return this.#work(name, this.#settings[name] as Setting);
    this.#isChanging = true;
    return known;
  }

  #work(name: string, setting: Setting): Given {
    const wasChanging = this.#isChanging;
    this.#isChanging = false;
    this.#known.set(name, 'busy');
    try {
      const { result, evidence } = this.#context.trail.follow(() => this.#resolve(name, setting));
      const given = {
        value: result.value,
        evidence: result.evidence.length > 0 ? result.evidence : evidence,
      };
      if (this.#isChanging) this.#known.set(name, given);
      else this.#fixed.set(name, given);
      return given;
    } finally {
      if (this.#known.get(name) === 'busy') this.#known.delete(name);
      this.#isChanging ||= wasChanging;
    }
  }

  #resolve(name: string, setting: Setting): Given {
    for (const source of Object.keys(setting)) {
      const given = this.#from(source, name, setting);
      if (given === undefined) continue;
      this.#context.reach?.(setting, source);
      const value = convert(given.value, name, setting);
      if (setting.as === undefined) return { ...given, value };
      return { ...given, value: evaluate(setting.as, nested(this.#scope, { value })) };
    }
    return { value: emptyOf(setting), evidence: [] };
  }

  #from(source: string, name: string, setting: Setting): Given | undefined {
    switch (source) {
      case 'argument':
        return this.#fromArgument(list(setting.argument));
      case 'key':
        return this.#fromKey(list(setting.key), setting);
      case 'environment':
        return this.#fromEnvironment(list(setting.environment));
      case 'place':
        return given(
          list(setting.place).flatMap((path) => this.#keys.at(path)),
          setting,
        );
      case 'property':
        return this.#fromProperty(list(setting.property));
      case 'option':
        return this.#fromOption(setting.option as string);
      case 'executable':
        return setting.executable && this.#fromExecutable(setting.executable.near, setting.executable.match);
      case 'file':
        return setting.file && this.#fromFile(setting.file.path, setting.file.match);
      case 'package':
        return this.#fromPackage(list(setting.package));
      case 'exists':
        return this.#fromExisting(list(setting.exists));
      case 'value':
        return this.#fromValue(setting.value as string);
      case 'default':
        return defaultOf(name, setting);
      default:
        return undefined;
    }
  }

  #fromArgument(names: string[]): Given | undefined {
    for (const name of names) {
      const found = this.#context.args.options.get(name);
      const last = found?.at(-1);
      if (found && last) return { value: last.value, evidence: [last.evidence] };
    }
    return undefined;
  }

  #fromKey(keys: string[], setting: Setting): Given | undefined {
    return given(
      keys.flatMap((key) => this.#keys.lookup(key)),
      setting,
    );
  }

  #fromProperty(names: string[]): Given | undefined {
    for (const name of names) {
      const found = this.#context.runtime?.properties.get(name);
      if (found) return { value: found.value, evidence: found.evidence ? [found.evidence] : [] };
    }
    return undefined;
  }

  #fromOption(regex: string): Given | undefined {
    const options = this.#context.runtime?.options ?? [];
    const found = options.findLast(({ value }) => matches(regex, value));
    return found && { value: capture(regex, found.value) ?? '', evidence: [found.evidence] };
  }

  #fromEnvironment(names: string[]): Given | undefined {
    for (const name of names) {
      const value = this.#context.launch.env[name];
      if (value !== undefined)
        return { value, evidence: [{ kind: 'environment', text: `${name}=${value}` }] };
    }
    return undefined;
  }

  #fromExecutable(near: string, match: string): Given | undefined {
    const path = this.#context.launch.realExe;
    const found = path && new Programs(this.#context.rootfs).capture(path, near, match);
    return found
      ? { value: found, evidence: [{ kind: 'default', path, text: `built with ${near}${found}` }] }
      : undefined;
  }

  #fromFile(pathOf: string, match: string): Given | undefined {
    const path = evaluate(pathOf, this.#scope);
    if (typeof path !== 'string' || path === '') return undefined;
    const text = this.#context.rootfs.readText(path);
    const found = text === undefined ? undefined : capture(match, text);
    if (text === undefined || found === undefined) return undefined;
    const line = text.slice(0, Math.max(0, text.indexOf(found))).split('\n').length;
    return { value: found, evidence: [{ kind: 'config', path, line, text: found }] };
  }

  #fromPackage(names: string[]): Given | undefined {
    for (const name of names) {
      const found = packageVersion(this.#context.rootfs, name);
      if (found) {
        const text = `package ${name} ${found.version}`;
        return { value: found.version, evidence: [{ kind: 'default', path: found.path, text }] };
      }
    }
    return undefined;
  }

  #fromExisting(paths: string[]): Given | undefined {
    for (const expression of paths) {
      const path = evaluate(expression, this.#scope);
      const found = typeof path === 'string' ? this.#context.rootfs.glob(path)[0] : undefined;
      if (found !== undefined) return { value: found, evidence: [] };
    }
    return undefined;
  }

  #fromValue(expression: string): Given | undefined {
    const { result, evidence } = this.#context.trail.follow(() => evaluate(expression, this.#scope));
    const isEmpty = result === null || result === '' || (Array.isArray(result) && result.length === 0);
    return isEmpty ? undefined : { value: result, evidence };
  }
}

/** What config lines of one setting say. */
function given(nodes: readonly ConfigNode[], setting: Setting): Given | undefined {
  if (nodes.length === 0) return undefined;
  if (setting.pick === 'all') {
    return { value: nodes.flatMap((node) => node.args), evidence: nodes.map((node) => node.at) };
  }
  const node = (setting.pick === 'first' ? nodes[0] : nodes.at(-1)) as ConfigNode;
  return { value: setting.type === 'list' ? node.args : (node.args[0] ?? ''), evidence: [node.at] };
}

function defaultOf(name: string, setting: Setting): Given {
  const value = setting.default as string | number | boolean | string[];
  const text = setting.about ?? `${name} is ${Array.isArray(value) ? value.join(' ') : value} by default`;
  return { value: typeof value === 'number' ? BigInt(value) : value, evidence: [{ kind: 'default', text }] };
}

function emptyOf(setting: Setting): Value {
  if (setting.type === 'list') return [];
  if (setting.type === 'integer') return 0n;
  return setting.type === 'boolean' ? false : '';
}

function convert(value: Value, name: string, setting: Setting): Value {
  switch (setting.type) {
    case 'integer':
      return toInteger(value, name);
    case 'boolean':
      return toBoolean(value, name, setting);
    case 'list':
      return toList(value, setting);
    default:
      return value;
  }
}

function toInteger(value: Value, name: string): Value {
  if (typeof value !== 'string') return value;
  if (isUnknown(value)) throw new UnknownValue(value);
  const text = value.trim();
  if (/^[+-]?\d{1,18}$/.test(text)) return BigInt(text.replace('+', ''));
  if (/^0x[0-9a-f]{1,15}$/i.test(text)) return BigInt(text);
  throw new Refusal(`${name} must be a number, not "${value}"`);
}

function toBoolean(value: Value, name: string, setting: Setting): Value {
  if (typeof value !== 'string') return value === true;
  if (isUnknown(value)) throw new UnknownValue(value);
  const word = value.toLowerCase();
  if ((setting.true ?? ['true', 'yes', 'on', '1']).includes(word)) return true;
  if ((setting.false ?? ['false', 'no', 'off', '0']).includes(word)) return false;
  throw new Refusal(`${name} must be true or false, not "${value}"`);
}

function toList(value: Value, setting: Setting): Value {
  const items: Value[] = Array.isArray(value) ? value : [value];
  const separator = setting.split;
  if (separator === undefined) return items.filter((item) => item !== '');
  return items
    .flatMap((item): Value[] => (typeof item === 'string' ? split(separator, item) : [item]))
    .map((item) => (typeof item === 'string' ? item.trim() : item))
    .filter((item) => item !== '');
}

function list<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
