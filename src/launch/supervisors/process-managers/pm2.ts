import { posix } from 'node:path';
import { parse } from 'yaml';
import { isUnknown } from '../../../model/unknown.ts';
import type { Call } from '../../tools/call.ts';
import { refuseToStart, type Supervisor, startChild, stay } from '../child.ts';

const spec = {
  short: 'n:i:o:e:l:p:f',
  long: {
    name: true,
    instances: true,
    interpreter: true,
    cwd: true,
    env: true,
    only: true,
    output: true,
    error: true,
    raw: false,
    json: false,
    'no-daemon': false,
    watch: false,
    'no-auto-exit': false,
  },
  lenient: true,
  permute: false,
};

interface App {
  script: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  interpreter: string | undefined;
  name: string;
}

/** What runs a script, by the ending of its name (pm2's interpreter table). */
const interpreters: Readonly<Record<string, string>> = {
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.py': 'python3',
  '.rb': 'ruby',
  '.sh': 'bash',
  '.pl': 'perl',
  '.php': 'php',
};
const longest = 256 * 1024;

/** `pm2-runtime FILE`: one script, or the apps of an ecosystem file. */
export const pm2: Supervisor = (call, self) => {
  const words = call.args[0] === 'start' ? call.args.slice(1) : call.args;
  const before = call.optionsOf(words, spec);
  const [file, ...more] = before?.rest ?? [];
  if (!before || file === undefined) return call.unknown();
  const options = call.optionsOf([...words.slice(0, words.length - before.rest.length), ...more], spec);
  const isConfig = /(\.config\.c?js|\.json|\.ya?ml)$/.test(file);
  const args = more.includes('--') ? more.slice(more.indexOf('--') + 1) : [];
  const cwd = posix.resolve(call.process.cwd, options?.value('cwd') ?? '.');
  const one = { script: file, args, env: {}, cwd, interpreter: options?.value('interpreter'), name: file };
  const apps = isConfig ? readApps(call, file, options?.value('env')) : [one];
  if (apps === undefined) return refuseToStart(call, `${file} can’t be read`, 1);
  const only = options?.value('only')?.split(',');
  for (const app of apps) if (only === undefined || only.includes(app.name)) start(call, app, file);
  return stay(call, self);
};

function start(call: Call, { script, args, env, cwd, interpreter, name }: App, file: string): void {
  const program = interpreter ?? interpreters[posix.extname(script)];
  const own = program === undefined || program === 'none' ? [script] : [program, posix.resolve(cwd, script)];
  const changes = { cwd, env: new Map([...call.process.env, ...Object.entries(env)]) };
  startChild(call, { name, argv: [...own, ...args], at: { path: call.path(file) }, changes });
}

/** The apps of an ecosystem file. Of JavaScript only a plain object is understood, which reads as YAML does. */
function readApps(call: Call, file: string, environment: string | undefined): App[] | undefined {
  const text = call.read(file);
  if (text === undefined || isUnknown(text) || text.length > longest) return undefined;
  call.world.budget.spendOn(text.length * 16);
  const plain = text
    .replace(/\/\*[\s\S]*?\*\/|(^|[\s,{}[\]])\/\/.*$/gm, '$1')
    .replace(/^[\s\S]*?module\.exports\s*=\s*|;\s*$/g, '');
  try {
    const found: unknown = parse(plain, { maxAliasCount: 100 });
    const list = record(found).apps ?? found;
    return (Array.isArray(list) ? list : [list]).map((app) => appOf(call, record(app), environment));
  } catch {
    return undefined;
  }
}

function appOf(call: Call, app: Record<string, unknown>, environment: string | undefined): App {
  const { script, args, cwd, interpreter, name } = app;
  const named = environment === undefined ? {} : record(app[`env_${environment}`]);
  const env = Object.entries({ ...record(app.env), ...named }).map(([key, value]) => [key, String(value)]);
  return {
    script: String(script ?? ''),
    args: Array.isArray(args) ? args.map(String) : typeof args === 'string' ? args.split(/\s+/) : [],
    env: Object.fromEntries(env),
    cwd: posix.resolve(call.process.cwd, typeof cwd === 'string' ? cwd : '.'),
    interpreter: typeof interpreter === 'string' ? interpreter : undefined,
    name: String(name ?? script ?? ''),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
