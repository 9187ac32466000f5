import { posix } from 'node:path';
import { NeverEnds } from '../jumps.ts';
import { brief } from '../texts.ts';
import type { Call, Tool } from '../tools/call.ts';
import { confdFunctions } from './families.ts';
import { renderGoTemplate } from './go-template.ts';
import { goFlags, renderFile, surroundingsOf } from './render.ts';
import { type TemplateFunction, Unknowable } from './value.ts';

/** One file of /etc/confd/conf.d. */
interface Resource {
  source: string;
  target: string;
  keys: string[];
  prefix: string;
  reload: string | undefined;
}

/** `confd -onetime -backend env`: templates by the environment; what other backends hold can't be known. */
export const confd: Tool = (call) => {
  const flags = goFlags(call.args, [
    'onetime',
    'watch',
    'noop',
    'sync-only',
    'keep-stage-file',
    'version',
    'basic-auth',
    'client-insecure',
  ]);
  if (flags.has('version')) return 0;
  const folder = flags.values('confdir').at(-1) ?? '/etc/confd';
  const prefix = flags.values('prefix').at(-1) ?? '';
  const isEnvironment = flags.values('backend').at(-1) === 'env' || flags.rest[0] === 'env';
  const places = call.files.rootfs.glob(posix.join(call.path(folder), 'conf.d/*.toml'));
  let isOk = true;
  for (const resource of places.map((path) => resourceAt(call, path, folder, prefix))) {
    const keys = isEnvironment ? keysOf(call.process.env, resource) : undefined;
    const isDone = renderFile(call, resource.source, resource.target, (text) =>
      renderGoTemplate(text, undefined, { functions: functionsFor(call, keys) }),
    );
    if (isDone && resource.reload !== undefined && !flags.has('sync-only'))
      call.run(['/bin/sh', '-c', resource.reload], { condition: true });
    isOk &&= isDone;
  }
  if (!flags.has('onetime')) throw new NeverEnds();
  return isOk ? 0 : 1;
};

function functionsFor(
  call: Call,
  keys: ReadonlyMap<string, string> | undefined,
): Readonly<Record<string, TemplateFunction>> {
  const functions = confdFunctions(surroundingsOf(call), keys ?? new Map());
  if (keys !== undefined) return functions;
  const elsewhere: TemplateFunction = (key) => {
    throw new Unknowable(`the key ${brief(String(key))} of ${call.process.argv.join(' ')}`);
  };
  const names = ['get', 'getv', 'gets', 'getvs', 'exists', 'ls', 'lsdir', 'cget', 'cgetv', 'cgets', 'cgetvs'];
  return { ...functions, ...Object.fromEntries(names.map((name) => [name, elsewhere])) };
}

function resourceAt(call: Call, path: string, folder: string, prefix: string): Resource {
  const text = (call.read(path) ?? '').replace(/^\s*#.*$/gm, '');
  const value = (name: string) => {
    const found = new RegExp(`^\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\\\n]|\\\\.)*)"|'([^'\\n]*)')`, 'm').exec(
      text,
    );
    return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
  };
  const list = /^\s*keys\s*=\s*\[([^\]]*)\]/m.exec(text)?.[1] ?? '';
  return {
    source: posix.join(folder, 'templates', value('src') ?? ''),
    target: value('dest') ?? '',
    keys: [...list.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map((match) => match[1] ?? match[2] ?? ''),
    prefix: posix.join('/', prefix, value('prefix') ?? ''),
    reload: value('reload_cmd'),
  };
}

/** `/web/port` is WEB_PORT; a key stands for all that begin with it. */
function keysOf(env: ReadonlyMap<string, string>, { keys, prefix }: Resource): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of keys) {
    const start = posix.join(prefix, key).slice(1).replaceAll('/', '_').toUpperCase();
    for (const [name, value] of env) {
      if (!name.startsWith(start)) continue;
      const whole = `/${name.toLowerCase().replaceAll('_', '/')}`;
      found.set(prefix !== '/' && whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length) : whole, value);
    }
  }
  return found;
}
