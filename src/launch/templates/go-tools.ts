import { NeverEnds } from '../jumps.ts';
import type { Status } from '../texts.ts';
import type { Call, Tool } from '../tools/call.ts';
import {
  consulFunctions,
  dockerizeFunctions,
  envValue,
  gomplateFunctions,
  sprigFunctions,
} from './families.ts';
import { renderGoTemplate } from './go-template.ts';
import { filesIn, goFlags, goOnWith, type Render, renderFile, surroundingsOf } from './render.ts';
import type { Value } from './value.ts';

/** `SOURCE:TARGET`, the last colon counts; without one it is the source alone. */
function pair(text: string): { from: string; to: string | undefined } {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { from: text, to: undefined }
    : { from: text.slice(0, colon), to: text.slice(colon + 1) };
}

function dotOf(call: Call): Map<string, Value> {
  return new Map([['Env', envValue(call.process.env)]]);
}

/** `dockerize -template SOURCE:TARGET -wait URL COMMAND…`: what it waits for is taken to come. */
export const dockerize: Tool = (call) => {
  const flags = goFlags(call.args, [
    'no-overwrite',
    'version',
    'poll',
    'skip-tls-verify',
    'validate-cert',
    'exit-code',
    'help',
  ]);
  if (flags.has('version') || flags.has('help')) return 0;
  const [open, close] = (flags.values('delims').at(-1) ?? '').split(':');
  const delimiters = open && close ? ([open, close] as const) : undefined;
  const functions = dockerizeFunctions(surroundingsOf(call));
  const render: Render = (text) => renderGoTemplate(text, dotOf(call), { functions, delimiters });
  const isKept = (to: string | undefined) =>
    flags.has('no-overwrite') && to !== undefined && call.files.isFile(call.path(to));
  const isOk = flags
    .values('template')
    .map(pair)
    .flatMap(({ from, to }) => {
      if (!call.files.isDirectory(call.path(from))) return [{ from, to }];
      return filesIn(call, from).map((name) => ({ from: `${from}/${name}`, to: to && `${to}/${name}` }));
    })
    .every(({ from, to }) => isKept(to) || renderFile(call, from, to, render));
  return goOnWith(call, flags.rest, isOk);
};

const gomplateOptions = {
  short: 'f:o:i:d:c:t:hvx',
  long: {
    file: true,
    out: true,
    in: true,
    'input-dir': true,
    'output-dir': true,
    'output-map': true,
    datasource: true,
    context: true,
    template: true,
    'left-delim': true,
    'right-delim': true,
    'missing-key': true,
    chmod: true,
    exclude: true,
    include: true,
    config: true,
    plugin: true,
    'exec-pipe': false,
    experimental: false,
    verbose: false,
    help: false,
    version: false,
  },
  permute: false,
};

/** `gomplate -f SOURCE -o TARGET [-- COMMAND…]` */
export const gomplate: Tool = (call) => {
  const end = call.args.indexOf('--');
  const options = call.optionsOf(end < 0 ? call.args : call.args.slice(0, end), gomplateOptions);
  if (options === undefined) return call.fail('unknown flag');
  if (options.has('h', 'v', 'help', 'version')) return 0;
  const functions = gomplateFunctions(surroundingsOf(call));
  const missing = options.value('missing-key') === undefined ? 'error' : 'nothing';
  const delimiters = [options.value('left-delim') ?? '{{', options.value('right-delim') ?? '}}'] as const;
  const render: Render = (text) => renderGoTemplate(text, dotOf(call), { functions, missing, delimiters });
  const targets = options.values('o', 'out');
  const folder = options.value('input-dir');
  const into = options.value('output-dir') ?? '.';
  const inline = options.value('i', 'in');
  const sources = folder === undefined ? options.values('f', 'file') : filesIn(call, folder);
  let isOk = true;
  if (inline !== undefined) isOk = renderText(call, inline, targets[0], render);
  else {
    for (const [index, from] of (sources.length === 0 && folder === undefined ? ['-'] : sources).entries()) {
      const isDone =
        folder === undefined
          ? renderFile(call, from, targets[index], render)
          : renderFile(call, `${folder}/${from}`, `${into}/${from}`, render);
      isOk = isDone && isOk;
    }
  }
  return goOnWith(call, end < 0 ? [] : call.args.slice(end + 1), isOk);
};

function renderText(call: Call, template: string, to: string | undefined, render: Render): boolean {
  const path = `/tmp/template.${call.world.nextName()}`;
  call.files.write(path, template, call.access);
  const isOk = renderFile(call, path, to, render);
  call.files.remove(path, call.access);
  return isOk;
}

/** `consul-template -template SOURCE:TARGET[:COMMAND] -once | -exec COMMAND`: what Consul and Vault hold is unknown. */
export const consulTemplate: Tool = (call) => {
  const flags = goFlags(call.args, [
    'once',
    'dry',
    'version',
    'v',
    'h',
    'help',
    'consul-ssl',
    'syslog',
    'vault-renew-token',
    'wait',
  ]);
  const files = flags.values('config').flatMap((path) => configsAt(call, path));
  const functions = consulFunctions(surroundingsOf(call));
  const render: Render = (text) => renderGoTemplate(text, dotOf(call), { functions });
  const given = flags.values('template').map((text) => {
    const [from = '', to, ...command] = text.split(':');
    return { from, to, command: command.join(':') };
  });
  const isOk = [...given, ...files.flatMap(({ templates }) => templates)].every(({ from, to, command }) => {
    const isDone = renderFile(call, from, to, render);
    if (isDone && command !== '') call.run(['/bin/sh', '-c', command], { condition: true });
    return isDone;
  });
  const command = flags.values('exec').at(-1) ?? files.findLast(({ exec }) => exec !== undefined)?.exec;
  if (command !== undefined) return goOnWith(call, ['/bin/sh', '-c', command], isOk);
  if (!flags.has('once') && isOk) throw new NeverEnds();
  return isOk ? 0 : 1;
};

interface ConsulConfig {
  templates: { from: string; to: string | undefined; command: string }[];
  exec: string | undefined;
}

/** The blocks `template` and `exec` of a config file, or of all files in a folder. */
function configsAt(call: Call, path: string): ConsulConfig[] {
  const paths = call.files.isDirectory(call.path(path))
    ? filesIn(call, path).map((name) => `${path}/${name}`)
    : [path];
  return paths.map((each) => {
    const text = (call.read(each) ?? '').replace(/^\s*(#|\/\/).*$/gm, '');
    const blocks = [...text.matchAll(/\b(template|exec)\s*\{([^{}]*)\}/g)];
    const value = (body: string, name: string) =>
      new RegExp(`\\b${name}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(body)?.[1]?.replace(/\\(.)/g, '$1');
    const templates = blocks.flatMap(([, kind, body = '']) => {
      const from = kind === 'template' ? value(body, 'source') : undefined;
      return from === undefined
        ? []
        : [{ from, to: value(body, 'destination'), command: value(body, 'command') ?? '' }];
    });
    const exec = blocks.findLast(([, kind]) => kind === 'exec')?.[2];
    return { templates, exec: exec === undefined ? undefined : value(exec, 'command') };
  });
}

/** `frep SOURCE[:TARGET]… [-e NAME=VALUE] [--overwrite]`: without a target, the source without its ending. */
export const frep: Tool = (call): Status => {
  const options = call.options({
    short: 'e:i:t:hv',
    long: {
      env: true,
      json: true,
      load: true,
      overwrite: false,
      dryrun: false,
      strict: false,
      delims: true,
      missing: true,
      'no-sys-env': false,
    },
  });
  if (options === undefined) return call.fail('unknown option');
  const given = options.values('e', 'env').map((text): [string, Value] => {
    const equals = text.indexOf('=');
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  const dot = new Map<string, Value>([...dotOf(call), ...given]);
  const functions = sprigFunctions(surroundingsOf(call));
  const [open, close] = (options.value('delims') ?? '').split(':');
  const delimiters = open && close ? ([open, close] as const) : undefined;
  const render: Render = (text) => renderGoTemplate(text, dot, { functions, delimiters });
  const isOk = options.rest.every((text) => {
    const { from, to = from === '-' ? '-' : from.replace(/\.[^./]+$/, '') } = pair(text);
    if (!options.has('overwrite') && to !== '-' && call.files.isFile(call.path(to))) return false;
    return renderFile(call, from, to, render);
  });
  return isOk ? 0 : 1;
};
