import { apacheCase } from './apache.ts';
import { type Generated, quote } from './dress.ts';
import { nginxCase } from './nginx.ts';
import { postgresqlCase } from './postgresql.ts';
import type { Random } from './random.ts';
import { redisCase } from './redis.ts';

/** Two or three servers of the other generators, started by one script in one of the usual ways. */
export function mixedCase(random: Random): Generated {
  const chosen = random.sample([redisCase, nginxCase, postgresqlCase, apacheCase], random.int(2, 3));
  const cases = chosen.map((make) => make(random)).map((item, index) => withOwnScript(item, index));
  const lines = cases.map((item) => subshell(item));
  const started = lines.map((line) => `${line} &`);
  const script = [
    '#!/bin/bash',
    ...started,
    random.pick(['wait', 'sleep infinity', 'while true; do sleep 60; done']),
  ];
  return {
    command: ['/start-all.sh'],
    env: {},
    files: {
      ...Object.assign({}, ...cases.map(({ files }) => files)),
      '/start-all.sh': { mode: '755', text: `${script.join('\n')}\n` },
    },
    setup: cases.flatMap(({ setup }) => setup ?? []),
    settle: 2500,
  };
}

/** Entrypoint scripts of several servers may not have one name. */
function withOwnScript(item: Generated, index: number): Generated {
  const [script = '', ...args] = item.command;
  const file = item.files[script];
  if (file === undefined) return item;
  const { [script]: _, ...files } = item.files;
  const own = `${script}-${index}`;
  return { ...item, command: [own, ...args], files: { ...files, [own]: file } };
}

function subshell({ command, env, user, cwd }: Generated): string {
  const words = command.map((word) => quote(word)).join(' ');
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)} `);
  const go = cwd === undefined ? '' : `cd ${quote(cwd)}; `;
  const start = user === undefined || user === 'root' ? words : `gosu ${user} ${words}`;
  return `(${go}${variables.length > 0 ? `export ${variables.join('').trimEnd()}; ` : ''}exec ${start})`;
}
