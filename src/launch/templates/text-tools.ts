import { parse } from 'yaml';
import { isUnknown } from '../../model/unknown.ts';
import type { Call, Tool } from '../tools/call.ts';
import { asValue } from './families.ts';
import { renderJinja } from './jinja.ts';
import { goOnWith, type Render, renderFile } from './render.ts';
import { TemplateError, type Value } from './value.ts';

const longestData = 256 * 1024;

/** The variables of a data file: JSON and YAML, or lines `NAME=value`. Undefined where it can't be known. */
function dataOf(call: Call, path: string, format: string | undefined): Map<string, Value> | undefined {
  const text = call.read(path);
  if (text === undefined || text.length > longestData) return undefined;
  if (format === 'env' || (format === undefined && /\.env$/.test(path))) {
    return new Map(
      [...text.matchAll(/^\s*(\w+)\s*=(.*)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
    );
  }
  if (isUnknown(text)) return undefined;
  call.world.budget.spendOn(text.length * 16);
  try {
    const value = asValue(parse(text, { maxAliasCount: 100 }));
    return value instanceof Map ? new Map(value as ReadonlyMap<string, Value>) : new Map();
  } catch {
    return undefined;
  }
}

/** `j2 TEMPLATE [DATA] [-o TARGET]`, `jinja2 TEMPLATE [DATA] [-D NAME=VALUE]`: without data j2 takes the environment. */
export const jinja: Tool = (call) => {
  const options = call.options({
    short: 'f:o:e:D:hvs:E:',
    long: {
      format: true,
      outfile: true,
      'import-env': true,
      filters: true,
      tests: true,
      customize: true,
      undefined: false,
      strict: false,
      help: false,
      version: false,
      section: true,
      extension: true,
    },
  });
  const [template, data] = options?.rest ?? [];
  if (options === undefined || template === undefined || options.has('h', 'v', 'help', 'version'))
    return call.unknown();
  const isJ2 = /j2(cli)?$/.test(call.name) && !/jinja/.test(call.name);
  const given =
    data === undefined || data === '-' ? undefined : dataOf(call, data, options.value('f', 'format'));
  if (data !== undefined && given === undefined) return call.unknown();
  const env = new Map<string, Value>(call.process.env);
  const variables = new Map<string, Value>(given ?? (isJ2 ? env : []));
  for (const text of isJ2 ? [] : options.values('D')) {
    const equals = text.indexOf('=');
    variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
  const imported = isJ2 ? options.value('e', 'import-env') : undefined;
  if (imported === '') for (const [name, value] of env) variables.set(name, value);
  else if (imported !== undefined) variables.set(imported, env);
  const strict = isJ2 ? !options.has('undefined') : options.has('strict');
  const render: Render = (text) => renderJinja(text, variables, { strict, environment: env });
  return renderFile(call, template, options.value('o', 'outfile'), render) ? 0 : 1;
};

/** `ep [-v] FILE… [-- COMMAND…]` (envplate): `${NAME}` and `${NAME:-default}` in files, in place. */
export const envplate: Tool = (call) => {
  const end = call.args.indexOf('--');
  const words = end < 0 ? call.args : call.args.slice(0, end);
  const patterns = words.filter((word) => !word.startsWith('-'));
  const render: Render = (text) =>
    text.replace(/\\?\$\{(\w+)(?::-((?:\\\}|[^}])*))?\}/g, (whole, name: string, otherwise?: string) => {
      if (whole.startsWith('\\')) return whole.slice(1);
      const value = call.process.env.get(name) || otherwise?.replaceAll('\\}', '}');
      if (value === undefined) throw new TemplateError(`${name} is not set`);
      return value;
    });
  const files = patterns.flatMap((pattern) => call.files.rootfs.glob(call.path(pattern)));
  const isOk = files.every((path) => renderFile(call, path, path, render));
  return goOnWith(call, end < 0 ? [] : call.args.slice(end + 1), isOk, { first: call.process.first });
};

/** `render-template FILE`: `{{NAME}}`, `{{#if NAME}}…{{else}}…{{/if}}` and `{{#NAME}}…{{/NAME}}` by the environment. */
export const mustache: Tool = (call) => {
  const files = call.args.filter((arg) => !arg.startsWith('-'));
  const render: Render = (text) => mustached(text, call.process.env, 0);
  const isOk = (files.length === 0 ? ['-'] : files).every((path) =>
    renderFile(call, path, undefined, render),
  );
  return isOk ? 0 : 1;
};

const section =
  /\{\{([#^])\s*(?:(if|unless)\s+)?([\w.]+)\s*\}\}((?:(?!\{\{[#^/])[\s\S])*)\{\{\/\s*(?:if|unless|\3)\s*\}\}/;

function mustached(text: string, env: ReadonlyMap<string, string>, turns: number): string {
  const found = turns > 200 ? undefined : section.exec(text);
  if (found) {
    const [whole, sign, word, name = '', body = ''] = found;
    const isWanted = (sign === '#') === (word !== 'unless');
    const [then = '', otherwise = ''] = body.split(/\{\{\s*else\s*\}\}/);
    const holds = Boolean(env.get(name)) === isWanted;
    const at = found.index;
    return mustached(
      text.slice(0, at) + (holds ? then : otherwise) + text.slice(at + whole.length),
      env,
      turns + 1,
    );
  }
  if (/\{\{[#^/]/.test(text)) throw new TemplateError('a block that is not closed');
  return text
    .replace(/\{\{![\s\S]*?\}\}/g, '')
    .replace(
      /\{\{\{\s*(\w+)\s*\}\}\}|\{\{&?\s*(\w+)\s*\}\}/g,
      (_, a?: string, b?: string) => env.get(a ?? b ?? '') ?? '',
    );
}
