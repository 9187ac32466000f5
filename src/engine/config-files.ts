import { limits } from '../base/limits.ts';
import type { Evidence } from '../model/evidence.ts';
import { mayRead } from '../rootfs/permissions.ts';
import { syntaxes } from '../syntax/syntaxes.ts';
import type { ConfigNode, ParsedConfig } from '../syntax/tree.ts';
import { type Context, reportUnknown } from './context.ts';
import { Refusal } from './reasons.ts';

/** One config file that was read. */
export interface ReadFile {
  path: string;
  syntax: string;
  /** The line that included it; undefined for a main file. */
  includedBy: Evidence | undefined;
  /** Who made it, when it did not come with the image. */
  origin: string | undefined;
}

interface ReadOptions {
  /** The line that includes it. */
  includedBy?: Evidence | undefined;
  /** Read in this syntax instead when the first finds no mapping but one bare value. */
  scalarSyntax?: string | undefined;
  /** What is wrong in it ends it: the lines before count. */
  endsAtFault?: boolean;
}

/** Reads and parses config files, within bounds, and remembers which. */
export class ConfigFiles {
  readonly #context: Context;
  readonly #files: ReadFile[] = [];
  readonly #syntaxes = new Map<string, string>();
  readonly #mainSyntax: string;
  #bytes = 0;
  #isFull = false;
  /** Patterns by which files were looked for, absolute. */
  readonly patterns = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
    this.#mainSyntax = context.pack.files?.find((file) => file.syntax !== undefined)?.syntax ?? '';
  }

  get all(): readonly ReadFile[] {
    return this.#files;
  }

  /** The syntax that a file was read in the first time; for other texts, that of the file read last. */
  syntaxOf(path: string): string {
    return this.#syntaxes.get(path) ?? this.#files.at(-1)?.syntax ?? this.#mainSyntax;
  }

  /** The lines of a file; undefined when there is no such file. Throws Refusal where the server would refuse it. */
  read(
    path: string,
    syntax: string,
    { includedBy, scalarSyntax, endsAtFault }: ReadOptions = {},
  ): ConfigNode[] | undefined {
    const found = this.#textOf(path, includedBy);
    if (found === undefined) return undefined;
    const { text, isWhole } = found;
    let parsed = this.parse(text, path, syntax);
    let used = syntax;
    if (scalarSyntax !== undefined && parsed.nodes.every((node) => node.form === 'root-scalar')) {
      parsed = this.parse(text, path, scalarSyntax);
      used = scalarSyntax;
    }
    const origin = this.#context.rootfs.find(path)?.origin;
    this.#files.push({ path, syntax: used, includedBy, origin });
    if (!this.#syntaxes.has(path)) this.#syntaxes.set(path, used);
    const fault = endsAtFault ? parsed.problems.find(({ fatal }) => fatal) : undefined;
    if (fault !== undefined) return linesBefore(fault.line, parsed.nodes);
    this.#complain(parsed, path, text, isWhole);
    return parsed.nodes;
  }

  parse(text: string, path: string, syntax: string): ParsedConfig {
    const parser = syntaxes.get(syntax);
    if (!parser) throw new Error(`no syntax is called ${syntax}`);
    return parser.parse(text, path);
  }

  #textOf(path: string, includedBy: Evidence | undefined): { text: string; isWhole: boolean } | undefined {
    // Every container engine puts it there.
    if (path === '/dev/null') return { text: '', isWhole: true };
    const at: Evidence = includedBy ?? { kind: 'config', path, text: path };
    const body = this.#context.rootfs.read(path);
    if (body === undefined) return undefined;
    if (!this.#mayRead(path))
      throw new Refusal(`user ${this.#context.launch.user.name} may not read ${path}`);
    if (!('bytes' in body)) {
      if (body.missing !== 'pending') {
        reportUnknown(this.#context, 'config-unreadable', `${path} can't be read: ${body.reason}`, [at]);
      }
      return undefined;
    }
    this.#bytes += body.bytes.length;
    if (this.#files.length >= limits.configFiles || this.#bytes > limits.configTotalBytes) {
      if (!this.#isFull) {
        const message = `too many config files: ${path} and all after it are not read`;
        reportUnknown(this.#context, 'config-limit', message, [at]);
      }
      this.#isFull = true;
      return { text: '', isWhole: false };
    }
    if (body.truncated) {
      const message = `${path} is larger than ${limits.configBytes} bytes: only its beginning was read`;
      reportUnknown(this.#context, 'config-limit', message, [at]);
    }
    return { text: decoder.decode(body.bytes), isWhole: !body.truncated };
  }

  #mayRead(path: string): boolean {
    const file = this.#context.rootfs.find(path);
    return file === undefined || mayRead(file, this.#context.launch.user.uid);
  }

  /** A file that was not read to its end may look broken there: that is no reason for the server to refuse it. */
  #complain(parsed: ParsedConfig, path: string, text: string, isWhole: boolean): void {
    const fatal = isWhole ? parsed.problems.find((problem) => problem.fatal) : undefined;
    if (fatal) throw new Refusal(`${path}:${fatal.line}: ${fatal.message}`);
    for (const { line, message, span } of parsed.problems.slice(0, 20)) {
      const evidence: Evidence = {
        kind: 'config',
        path,
        line,
        text: text.slice(span[0], span[1]).slice(0, 200),
      };
      reportUnknown(this.#context, 'config-problem', message, [evidence]);
    }
  }
}

function linesBefore(line: number, nodes: readonly ConfigNode[]): ConfigNode[] {
  const before = nodes.filter(({ at }) => (at.line ?? 0) < line);
  return before.map((node) =>
    node.children ? { ...node, children: linesBefore(line, node.children) } : node,
  );
}

/** A byte order mark stays: whether it is skipped is the syntax's business. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
