import { limits } from '../base/limits.ts';
import type { Value } from '../pack/expressions.ts';
import type { Grammar } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { AppReading } from './app-reading.ts';
import { Refusal } from './reasons.ts';

/** Refuses config that the program would refuse for its form. Throws Refusal that names the line. */
export function checkGrammar(app: AppReading): void {
  const { grammar } = app.context.pack;
  if (grammar === undefined) return;
  new GrammarCheck(app, grammar).checkBlock(app.store.nodes, []);
}

class GrammarCheck {
  readonly #app: AppReading;
  readonly #once: ReadonlySet<string>;
  readonly #places: ReadonlyMap<string, readonly string[]>;
  readonly #except: ReadonlySet<string>;
  readonly #isKnown: (name: string) => boolean;

  constructor(app: AppReading, { once, places, known }: Grammar) {
    const normal = (name: string) => app.store.normal(name);
    this.#app = app;
    this.#once = new Set(once?.map(normal));
    this.#places = new Map(
      Object.entries(places ?? {}).map(([name, paths]) => [normal(name), paths.map(normal)]),
    );
    this.#except = new Set(known?.except.map(normal));
    this.#isKnown = known === undefined ? () => true : knownNames(app, app.evaluate(known.files));
  }

  checkBlock(nodes: readonly ConfigNode[], parents: readonly string[]): void {
    const seen = new Set<string>();
    for (const node of nodes) {
      const name = this.#app.store.normal(node.name);
      if (this.#once.has(name) && seen.has(name)) refuse(node, 'is duplicate');
      seen.add(name);
      const places = this.#places.get(name);
      if (places !== undefined && !places.some((place) => isPlace(place, parents)))
        refuse(node, 'is not allowed here');
      if (!this.#isKnown(node.name)) refuse(node, 'is unknown');
      if (node.children && !this.#except.has(name)) this.checkBlock(node.children, [...parents, name]);
    }
  }
}

function isPlace(place: string, parents: readonly string[]): boolean {
  const parts = place === '' ? [] : place.split('/');
  return (
    parts.length === parents.length && parts.every((part, index) => part === '*' || part === parents[index])
  );
}

/** Whether a name is a C string in one of the files; all names are known where a program can't be read. */
function knownNames(app: AppReading, files: Value): (name: string) => boolean {
  const programs: Buffer[] = [];
  for (const path of Array.isArray(files) ? files.map(String) : []) {
    const body = app.context.rootfs.read(path, limits.executableBytes);
    if (!body || !('bytes' in body) || body.bytes[0] !== 0x7f || body.truncated) return () => true;
    programs.push(Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength));
  }
  if (programs.length === 0 || programs.every(({ length }) => length < 100_000)) return () => true;
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = programs.some((program) => program.includes(`${name}\0`, 0, 'utf8'));
    known.set(name, found);
    return found;
  };
}

function refuse({ name, at }: ConfigNode, why: string): never {
  const place = at.line === undefined ? '' : ` (${at.path}:${at.line})`;
  throw new Refusal(`"${name}" ${why}${place}`);
}
