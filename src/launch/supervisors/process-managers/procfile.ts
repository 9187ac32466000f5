import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { refuseToStart, type Supervisor, startChild, stay } from '../child.ts';

/** Options of foreman, honcho, forego, overmind and hivemind that matter; all of them know these. */
const spec = {
  short: 'f:e:p:c:m:d:t:l:',
  long: {
    procfile: true,
    env: true,
    port: true,
    concurrency: true,
    formation: true,
    root: true,
    'app-root': true,
    timeout: true,
    processes: true,
    'no-prefix': false,
    'no-colour': false,
  },
  lenient: true,
  permute: true,
};

const mostInstances = 50;

/**
 * A Procfile: `name: command` a line, each run by a shell with a PORT of its own, which counts up by 100 from process
 * to process and by 1 from instance to instance.
 */
export const procfile: Supervisor = (call, self) => {
  const options = call.optionsOf(call.args, spec);
  const [verb, ...chosen] = options?.rest ?? [];
  const isStart = verb === 'start' || verb === 's' || /hivemind$/.test(call.name);
  if (options === undefined || !isStart) return call.unknown();
  const file = call.path(options.value('f', 'procfile') ?? 'Procfile');
  const cwd = posix.resolve(posix.dirname(file), options.value('d', 'root', 'app-root') ?? '.');
  const read = call.files.read(file, call.access);
  if (!('text' in read)) return refuseToStart(call, `${file}: ${read.error}`, 1);
  const env = new Map([...call.process.env, ...environment(call, cwd, options.value('e', 'env'))]);
  const base = Number(options.value('p', 'port') ?? env.get('PORT') ?? 5000);
  const formation = options.value('c', 'concurrency', 'm', 'formation') ?? '';
  for (const [index, { name, command, line }] of processes(read.text).entries()) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    for (let number = 0; number < Math.min(instances(formation, name), mostInstances); number++) {
      const own = new Map(env)
        .set('PORT', String(base + 100 * index + number))
        .set('PS', `${name}.${number + 1}`);
      const argv = ['/bin/sh', '-c', command];
      startChild(call, { name, argv, at: { path: file, line }, changes: { env: own, cwd } });
    }
  }
  return stay(call, self);
};

function processes(text: string): { name: string; command: string; line: number }[] {
  return text.split('\n').flatMap((each, index) => {
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(.+)$/.exec(each.trim()) ?? [];
    return name === undefined || command === undefined ? [] : [{ name, command, line: index + 1 }];
  });
}

/** How many of a process `web=2,all=1` asks for. */
function instances(formation: string, name: string): number {
  const counts = new Map(formation.split(',').map((each) => each.trim().split('=') as [string, string]));
  return Number(counts.get(name) ?? counts.get('all') ?? 1);
}

/** The `.env` files: `NAME=value`, in quotes or not. */
function environment(call: Call, cwd: string, given: string | undefined): Map<string, string> {
  const env = new Map<string, string>();
  for (const file of (given ?? '.env').split(',')) {
    const read = call.files.read(
      posix.resolve(given === undefined ? cwd : call.process.cwd, file),
      call.access,
    );
    for (const line of 'text' in read ? read.text.split('\n') : []) {
      const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined)
        env.set(
          name,
          value.replace(/^'(.*)'$|^"(.*)"$/s, (_, a, b) => a ?? b),
        );
    }
  }
  return env;
}
