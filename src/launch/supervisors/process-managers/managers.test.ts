import { describe, expect, it } from 'vitest';
import type { MemoryFile } from '../../../rootfs/memory.ts';
import { type EvaluateOptions, evaluate } from '../../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const by = (interpreter: string) => ({ text: `#!/usr/bin/env ${interpreter}\n`, mode: 0o755 });
const programs: Record<string, MemoryFile> = Object.fromEntries([
  ...[
    'server',
    'node',
    'ruby',
    'python3',
    'overmind',
    'multirun',
    'monit',
    'cron',
    'openrc',
    'openrc-run',
  ].map((name) => [`/usr/bin/${name}`, binary]),
  ['/usr/local/bin/foreman', by('ruby')],
  ['/usr/local/bin/concurrently', by('node')],
  ['/usr/local/bin/pm2-runtime', by('node')],
  ['/usr/local/bin/circusd', by('python3')],
]);

function start(line: string, files: Record<string, MemoryFile>, options: EvaluateOptions = {}) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', ...options.env };
  const { world, status } = evaluate(line.split(' '), {
    cwd: '/app',
    ...options,
    env,
    files: { ...programs, '/app/': '', ...files },
  });
  const launches = world.launches.map(({ argv, user, cwd }) =>
    [
      argv.join(' '),
      ...(user.name === 'root' ? [] : [`as ${user.name}`]),
      ...(cwd === '/app' ? [] : [`in ${cwd}`]),
    ].join(' '),
  );
  return { status, launches };
}

describe('Procfile', () => {
  const files = {
    '/app/Procfile': '# c\nweb: exec server web $PORT $A\nworker: exec server worker $PORT\n',
    '/app/.env': 'A="1 2"\n',
  };

  it.each([
    ['foreman start', ['server web 5000 1 2', 'server worker 5100']],
    ['foreman start worker -p 80', ['server worker 180']],
    ['overmind start -l web', ['server web 5000 1 2', 'server worker 5100']],
    ['foreman start -m web=2,worker=0', ['server web 5000 1 2', 'server web 5001 1 2']],
  ])('%s', (line, launches) => {
    expect(start(line, files)).toEqual({ status: 'goes on', launches });
  });

  it('has its port from the environment', () => {
    expect(start('foreman start web', files, { env: { PORT: '90' } }).launches).toEqual([
      'server web 90 1 2',
    ]);
  });
});

it('lines of a shell, side by side', () => {
  const both = { status: 'goes on', launches: ['server a', 'server b'] };
  const run = (name: string) => {
    const files = {
      ...programs,
      '/start': { text: `#!/bin/sh\nexec ${name} "X=a; server $X" 'exec server b'\n`, mode: 0o755 },
    };
    const { world, status } = evaluate(['/start'], {
      files,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', X: 'a' },
    });
    return { status, launches: world.launches.map(({ argv }) => argv.join(' ')) };
  };
  expect([run('concurrently -k -n a,b'), run('multirun')]).toEqual([both, both]);
});

describe('pm2', () => {
  it.each([
    ['pm2-runtime app.js -- --port 80', ['node /app/app.js --port 80']],
    ['pm2-runtime start -i 2 server.py', ['python3 /app/server.py']],
    ['pm2-runtime ecosystem.config.js', ['node /srv/a.js --x 1 in /srv', 'server b']],
    ['pm2-runtime start apps.json --only b', ['node /app/b.js']],
  ])('%s', (line, launches) => {
    const files = {
      '/app/ecosystem.config.js':
        "// apps\nmodule.exports = {\n  apps: [ // two\n    { name: 'a', script: './a.js', cwd: \"/srv\", args: '--x 1', env: { PORT: 80 } },\n    { script: 'server', args: ['b'] },\n  ],\n};\n",
      '/srv/': '',
      '/app/apps.json': '{"apps":[{"name":"a","script":"a.js"},{"name":"b","script":"b.js"}]}',
    };
    expect(start(line, files)).toEqual({ status: 'goes on', launches });
  });
});

it('circus', () => {
  const files = {
    '/app/c.ini':
      '[circus]\n[watcher:a]\ncmd = server a $(circus.env.port) $(circus.wid)\nnumprocs = 2\nuid = svc\n[env:a]\nport = 80\n[watcher:b]\ncmd = server b\nautostart = false\n',
  };
  expect(start('circusd c.ini', files).launches).toEqual(['server a 80 1 as svc', 'server a 80 2 as svc']);
});

it('monit', () => {
  const files = {
    '/etc/monitrc':
      'set daemon 5\n# start program = "/usr/bin/server no"\ncheck process a with pidfile /run/a.pid\n  start program = "/usr/bin/server a" as uid svc and gid svc\ninclude /etc/monit.d/*\n',
    '/etc/monit.d/b': "check process b\n  start 'server b'\n",
  };
  const oracle = {
    fate: ({ argv }: { argv: readonly string[] }) => (argv[0] === 'monit' ? 'unknown' : 'detaches'),
  } as const;
  expect(start('monit -I', files, { oracle }).launches).toEqual([
    '/usr/bin/server a as svc in /',
    'server b in /',
  ]);
});

it('cron, for what is done at its start', () => {
  const files = {
    '/etc/crontab': 'A=1\n@reboot svc exec server $A\n* * * * * root server often\n',
    '/var/spool/cron/crontabs/svc': '@reboot exec server own\n',
  };
  expect(start('cron -f', files)).toEqual({
    status: 'goes on',
    launches: ['server 1 as svc in /srv', 'server own as svc in /srv'],
  });
});

it('services of OpenRC', () => {
  const files = {
    '/etc/runlevels/default/web': { link: '/etc/init.d/web' },
    '/etc/init.d/web': {
      text: '#!/usr/bin/openrc-run\ncommand=/usr/bin/server\ncommand_args="--port $PORT"\ncommand_user="svc"\ncommand_background=yes\ndepend() {\n  need net\n}\nstart_pre() {\n  checkpath -d /run/web\n}\n',
      mode: 0o755,
    },
    '/etc/conf.d/web': 'PORT=80\n',
    '/etc/init.d/own': {
      text: '#!/usr/bin/openrc-run\nstart() {\n  ebegin x\n  server own &\n}\n',
      mode: 0o755,
    },
    '/etc/runlevels/boot/own': { link: '/etc/init.d/own' },
  };
  expect(start('openrc', files).launches).toEqual(['server own', '/usr/bin/server --port 80 as svc']);
});
