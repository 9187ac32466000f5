import { posix } from 'node:path';
import { isUnknown } from '../../model/unknown.ts';
import { posixRegex } from '../regex.ts';
import { matchesPattern } from '../shell/patterns.ts';
import { decodeEscapes } from '../shell/quoting.ts';
import type { Status } from '../texts.ts';
import { findGroup, findUser } from '../users.ts';
import type { Call, Tool } from './call.ts';
import { type Entry, walkTree } from './list-files.ts';

/** A truth that can't be known makes the whole output unknown. */
class NotKnown {}

type Test = (entry: Entry) => boolean;

/** find(1): `[-HLP] [paths] [expression]`. Programs that `-exec` runs are run; times are not known. */
export const find: Tool = (call) => {
  const args = [...call.args];
  let follow = false;
  while (/^-[HLP]$|^-O\d$/.test(args[0] ?? '')) follow = args.shift() === '-L' || follow;
  const at = args.findIndex((arg) => /^[-(!]/.test(arg));
  const starts = at < 0 ? args : args.slice(0, at);
  const words = at < 0 ? [] : args.slice(at);
  const options = takeOptions(words);
  try {
    const expression = new Expression(call, options.words);
    const test = expression.parse();
    let status: Status = 0;
    for (const start of starts.length === 0 ? ['.'] : starts) {
      const entries = walkTree(call, start, { follow: follow || options.follow, maxDepth: options.maxDepth });
      if (entries === undefined) return call.unknown();
      if (entries.length === 0) status = call.fail(`'${start}': No such file or directory`);
      expression.visit(entries, test, options);
    }
    expression.finish();
    return status;
  } catch (reason) {
    if (reason instanceof NotKnown) return call.unknown();
    throw reason;
  }
};

interface Options {
  words: string[];
  follow: boolean;
  maxDepth: number;
  minDepth: number;
  depthFirst: boolean;
}

/** Options that hold for the whole search, wherever they stand. */
function takeOptions(words: readonly string[]): Options {
  const options: Options = { words: [], follow: false, maxDepth: 64, minDepth: 0, depthFirst: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-follow') options.follow = true;
    else if (word === '-maxdepth') options.maxDepth = Number(words[++i]) || 0;
    else if (word === '-mindepth') options.minDepth = Number(words[++i]) || 0;
    else if (word === '-depth' || word === '-d') options.depthFirst = true;
    else if (!/^-(xdev|mount|noleaf|warn|nowarn|ignore_readdir_race|daystart)$/.test(word))
      options.words.push(word);
    if (word === '-delete') options.depthFirst = true;
  }
  return options;
}

class Expression {
  readonly #call: Call;
  readonly #words: readonly string[];
  #at = 0;
  #acts = false;
  #stopped = false;
  readonly #pruned: string[] = [];
  readonly #batches: { argv: string[]; paths: string[] }[] = [];

  constructor(call: Call, words: readonly string[]) {
    this.#call = call;
    this.#words = words;
  }

  parse(): Test {
    const test = this.#words.length === 0 ? () => true : this.#or();
    if (this.#at < this.#words.length) throw new NotKnown();
    if (this.#acts) return test;
    return (entry) => test(entry) && this.#print(entry, '\n');
  }

  visit(entries: readonly Entry[], test: Test, options: Options): void {
    const ordered = options.depthFirst ? [...entries].reverse() : entries;
    for (const entry of ordered) {
      if (this.#stopped) return;
      if (entry.depth < options.minDepth) continue;
      if (this.#pruned.some((path) => entry.path.startsWith(`${path}/`))) continue;
      test(entry);
    }
  }

  finish(): void {
    for (const { argv, paths } of this.#batches) {
      if (paths.length > 0) this.#call.run(argv.flatMap((word) => (word === '{}' ? paths : [word])));
    }
  }

  #or(): Test {
    let left = this.#and();
    while (/^(-o|-or)$/.test(this.#words[this.#at] ?? '')) {
      this.#at++;
      const [first, second] = [left, this.#and()];
      left = (entry) => first(entry) || second(entry);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const word = this.#words[this.#at];
      if (word === undefined || word === ')' || /^(-o|-or|,)$/.test(word)) return left;
      if (/^(-a|-and)$/.test(word)) this.#at++;
      const [first, second] = [left, this.#not()];
      left = (entry) => first(entry) && second(entry);
    }
  }

  #not(): Test {
    const word = this.#words[this.#at];
    if (word === '!' || word === '-not') {
      this.#at++;
      const test = this.#not();
      return (entry) => !test(entry);
    }
    if (word === '(') {
      this.#at++;
      const test = this.#or();
      if (this.#words[this.#at++] !== ')') throw new NotKnown();
      return test;
    }
    return this.#primary();
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new NotKnown();
    return word;
  }

  #primary(): Test {
    const name = this.#next();
    switch (name) {
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-print':
        return this.#action((entry) => this.#print(entry, '\n'));
      case '-print0':
        return this.#action((entry) => this.#print(entry, '\0'));
      case '-printf':
        return this.#printf(this.#next());
      case '-quit':
        return this.#action(() => {
          this.#stopped = true;
          return true;
        });
      case '-prune':
        return (entry) => this.#pruned.push(entry.path) > 0;
      case '-delete':
        return this.#action(
          (entry) => this.#call.files.remove(this.#call.path(entry.path), this.#call.access) === undefined,
        );
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#exec();
      case '-empty':
        return (entry) => this.#isEmpty(entry);
      case '-readable':
        return (entry) => this.#may(entry, 4);
      case '-writable':
        return (entry) => this.#may(entry, 2);
      case '-executable':
        return (entry) => this.#may(entry, 1);
      case '-nouser':
      case '-nogroup':
        return () => false;
      default:
        return this.#withValue(name, this.#next());
    }
  }

  #withValue(name: string, value: string): Test {
    if (isUnknown(value)) throw new NotKnown();
    const { rootfs } = this.#call.files;
    switch (name) {
      case '-name':
        return ({ name: own }) => matchesPattern(value, own) === true;
      case '-iname':
        return ({ name: own }) => matchesPattern(value.toLowerCase(), own.toLowerCase()) === true;
      case '-path':
      case '-wholename':
        return ({ path }) => matchesPattern(value, path) === true;
      case '-ipath':
        return ({ path }) => matchesPattern(value.toLowerCase(), path.toLowerCase()) === true;
      case '-regex': {
        const regex = posixRegex('basic', `^\\(${value}\\)$`);
        if (regex === undefined) throw new NotKnown();
        return ({ path }) => regex.find(path) !== undefined;
      }
      case '-type':
      case '-xtype':
        return ({ type }) => value.split(',').some((letter) => letter === typeLetter(type));
      case '-user':
      case '-uid': {
        const { uid } = findUser(rootfs, value);
        return ({ found }) => found.uid === uid;
      }
      case '-group':
      case '-gid': {
        const gid = findGroup(rootfs, value);
        return ({ found }) => found.gid === gid;
      }
      case '-perm':
        return permTest(value);
      case '-size':
        return sizeTest(value);
      case '-maxdepth':
        return () => true;
      default:
        throw new NotKnown();
    }
  }

  #action(test: Test): Test {
    this.#acts = true;
    return test;
  }

  #print(entry: Entry, end: string): boolean {
    this.#call.out(entry.path + end);
    return true;
  }

  #printf(format: string): Test {
    return this.#action((entry) => {
      const values: Readonly<Record<string, string>> = {
        p: entry.path,
        f: entry.name,
        h: posix.dirname(entry.path),
        P: entry.path.split('/').slice(-entry.depth).join('/'),
        y: typeLetter(entry.type),
        '%': '%',
      };
      const text = decodeEscapes(format, 'printf').text;
      this.#call.out(
        text.replace(/%(.)/g, (_, letter) => {
          const value = values[letter];
          if (value === undefined) throw new NotKnown();
          return value;
        }),
      );
      return true;
    });
  }

  #exec(): Test {
    this.#acts = true;
    const argv: string[] = [];
    for (let word = this.#next(); word !== ';'; word = this.#next()) {
      if (word === '+' && argv.at(-1) === '{}') {
        const batch = { argv, paths: [] as string[] };
        this.#batches.push(batch);
        return (entry) => batch.paths.push(entry.path) > 0;
      }
      argv.push(word);
    }
    return (entry) =>
      this.#call.run(
        argv.map((word) => word.replaceAll('{}', entry.path)),
        { condition: true },
      ) === 0;
  }

  #isEmpty({ found, path }: Entry): boolean {
    if (found.type === 'file') return found.size === 0;
    return found.type === 'directory' && this.#call.files.list(this.#call.path(path))?.length === 0;
  }

  #may({ path }: Entry, right: 1 | 2 | 4): boolean {
    return this.#call.files.may(this.#call.path(path), this.#call.process.user, right) === true;
  }
}

function typeLetter(type: string): string {
  return { file: 'f', directory: 'd', symlink: 'l' }[type] ?? 'o';
}

function permTest(value: string): Test {
  const octal = /^([-/]?)([0-7]+)$/.exec(value);
  if (octal === null) {
    const letter = /^[-/][ugoa]*[+=]([rwx])$/.exec(value)?.[1];
    const bits = { r: 0o444, w: 0o222, x: 0o111 }[letter ?? ''];
    if (bits === undefined) throw new NotKnown();
    return ({ found }) => (found.mode & bits) !== 0;
  }
  const bits = Number.parseInt(octal[2] as string, 8);
  if (octal[1] === '-') return ({ found }) => (found.mode & bits) === bits;
  return ({ found }) => (octal[1] === '/' ? (found.mode & bits) !== 0 : (found.mode & 0o7777) === bits);
}

function sizeTest(value: string): Test {
  const [, sign = '', count = '0', unit = 'b'] = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(value) ?? [];
  const block = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit || 'b'] ?? 512;
  return ({ found }) => {
    const blocks = Math.ceil(found.size / block);
    return sign === '+'
      ? blocks > Number(count)
      : sign === '-'
        ? blocks < Number(count)
        : blocks === Number(count);
  };
}
