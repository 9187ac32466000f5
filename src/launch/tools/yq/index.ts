import { type Document, isNode, parseDocument, stringify } from 'yaml';
import { isUnknown } from '../../../model/unknown.ts';
import type { Tool } from '../call.ts';
import { readYq, type YqStep } from './expression.ts';

/** The library takes about a second for each megabyte. */
const longest = 256 * 1024;

/** yq 4, as far as entrypoints use it to look into YAML files and to set values in them: `yq eval '.a.b = "x"' FILE`. */
export const yq: Tool = (call) => {
  const args = [...call.args];
  if (/^(eval|e)$/.test(args[0] ?? '')) args.shift();
  const inPlace = takeFlags(args);
  const [expression, path = '-', ...more] = args;
  if (inPlace === undefined && call.args.some((arg) => /^(-i|--inplace)$/.test(arg)) && args.length > 0)
    return call.changesUnknown(args.at(-1) ?? '');
  if (inPlace === undefined || expression === undefined || more.length > 0) return call.unknown();
  const steps = readYq(expression, (name) => call.process.env.get(name));
  const text = steps && call.read(path);
  if (steps !== undefined && text === undefined) return 1;
  const output = steps && text !== undefined ? transformed(text, steps) : undefined;
  if (output === undefined) return inPlace ? call.changesUnknown(path) : call.unknown();
  if (!inPlace) call.out(output);
  else if (!call.write(path, output)) return 1;
  return 0;
};

/** Takes the options out; gives whether the file is written back, undefined where one is not modelled. */
function takeFlags(args: string[]): boolean | undefined {
  const flags = args.filter((arg) => /^-./.test(arg));
  args.splice(0, args.length, ...args.filter((arg) => !/^-./.test(arg)));
  if (flags.some((flag) => !/^(-i|--inplace|-r|--unwrapScalar|-P|--prettyPrint|-M|--no-colors)$/.test(flag)))
    return undefined;
  return flags.some((flag) => flag === '-i' || flag === '--inplace');
}

function transformed(text: string, steps: readonly YqStep[]): string | undefined {
  if (text.length > longest || (isUnknown(text) && steps.some(({ kind }) => kind === 'get')))
    return undefined;
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
    if (document.errors.length > 0) return undefined;
    for (const step of steps) {
      if (step.kind === 'get') return step === steps.at(-1) ? shown(document, step.path) : undefined;
      if (step.kind === 'set') document.setIn(step.path, step.value);
      else document.deleteIn(step.path);
    }
    return document.toString({ lineWidth: 0 });
  } catch {
    // A path through something that is no mapping or list.
    return undefined;
  }
}

function shown(document: Document.Parsed, path: readonly (string | number)[]): string {
  const value: unknown = path.length === 0 ? document.contents : document.getIn(path);
  if (value === undefined || value === null) return 'null\n';
  return isNode(value) ? stringify(value) : `${String(value)}\n`;
}
