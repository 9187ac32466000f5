import { describe, expect, it } from 'vitest';
import { type EvaluateOptions, evaluate } from '../../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const base = {
  '/usr/bin/python3': binary,
  '/usr/bin/server': binary,
  '/usr/local/bin/supervisord': { text: '#!/usr/bin/env python3\n', mode: 0o755 },
  '/srv/': '',
};

/** What supervisord starts with a config of [supervisord] and this text. */
function start(text: string, options: EvaluateOptions = {}) {
  const files = { ...base, '/etc/supervisord.conf': text, ...options.files };
  const { world, status } = evaluate(['/usr/local/bin/supervisord', '-n'], { ...options, files });
  const started = world.launches.map(({ argv }) => argv.join(' '));
  return {
    status,
    started,
    launches: world.launches,
    findings: world.findings.map(({ message }) => message),
  };
}

const programs = (text: string, options?: EvaluateOptions) =>
  start(`[supervisord]\n${text}`, options).started;

describe('supervisord', () => {
  it('starts programs by priority, then by name, unless told not to', () => {
    const text = `[program:b]
command=server b
[program:c]
command=server c
priority=1
[program:a]
command=server a
[program:off]
command=server off
autostart=false`;
    expect(programs(text)).toEqual(['server c', 'server a', 'server b']);
  });

  it('splits commands with quotes and without a shell', () => {
    const text = `[program:a]
command=server "a b" 'c "d"' "e\\"f\\g" h\\ i $HOME %% # j ; k`;
    expect(start(`[supervisord]\n${text}`).launches[0]?.argv).toEqual([
      'server',
      'a b',
      'c "d"',
      'e"f\\g',
      'h i',
      '$HOME',
      '%',
    ]);
  });

  it('puts names, numbers and the environment in', () => {
    const text = `environment=A="1,2",B=x-y,C='%(here)s'
[program:a]
command=server %(program_name)s %(process_num)02d %(numprocs)d %(ENV_A)s "%(ENV_B)5s" %(ENV_C)s %(ENV_OUT)s %(ENV_OWN)s
environment=OWN=n%(process_num)d
process_name=%(group_name)s-%(process_num)s
numprocs=2
numprocs_start=8`;
    expect(programs(text, { env: { OUT: 'o' } })).toEqual([
      'server a 08 2 1,2   x-y /etc o n8',
      'server a 09 2 1,2   x-y /etc o n9',
    ]);
  });

  it('gives programs their folder, user and environment', () => {
    const text = `[unix_http_server]
file=/tmp/s.sock
[group:g]
programs=a
[program:a]
command=server
directory=/srv
user=svc
environment=A=1,PATH="/usr/bin"`;
    const [launch] = start(`[supervisord]\n${text}`).launches;
    expect(launch).toMatchObject({
      cwd: '/srv',
      user: { name: 'svc' },
      env: { A: '1', SUPERVISOR_GROUP_NAME: 'g', SUPERVISOR_SERVER_URL: 'unix:///tmp/s.sock' },
    });
    expect(launch?.via.at(-1)).toEqual({
      program: '/usr/local/bin/supervisord',
      path: '/etc/supervisord.conf',
      line: 7,
      text: 'supervisord starts program a',
    });
  });

  it('includes files, each with a folder of its own', () => {
    const files = {
      '/etc/conf.d/b.ini': '[program:b]\ncommand=server %(here)s b',
      '/etc/conf.d/a.ini': '[program:a]\ncommand=server %(here)s a\n[program:main]\nautostart=false',
      '/etc/conf.d/.c.ini': '[program:c]\ncommand=server c',
      '/opt/d.conf': '[include]\nfiles=/etc/conf.d/.c.ini\n[program:d]\ncommand=server d',
    };
    const text = `[include]
files = conf.d/*.ini
  /opt/d.conf
[program:main]
command=server %(here)s main`;
    expect(programs(text, { files })).toEqual(['server /etc/conf.d a', 'server /etc/conf.d b', 'server d']);
  });

  it.each([
    ['[program:a]\ncommand=server %(ENV_NONE)s'],
    ['[program:a]\ncommand=server %(process_num)q'],
    ['[program:a]\ncommand=server 100%'],
    ['[program:a]\ncommand=server %(process_num)99999999d'],
    ['[program:a]\ncommand=server %(process_num).99999999d'],
    ['[program:a]\ncommand=server\nprocess_name=%(process_num)d\nnumprocs=999999'],
    ['[program:a]\ncommand=server\nuser=nobody-here'],
    ['[program:a]\ncommand=server\nnumprocs=2'],
    ['[program:a]\ncommand=server\nautostart=maybe'],
    ['[program:a]\ncommand=server\nstdout_logfile=/none/a.log'],
    ['[program:a]\ncommand=server\nenvironment=A=b@c'],
    ['[program:a]\nautostart=true'],
    ['[program:a b]\ncommand=server'],
    ['[group:g]\nprograms=none'],
    ['[eventlistener:e]\ncommand=server'],
    ['[fcgi-program:f]\ncommand=server'],
    ['[inet_http_server]\nport=0'],
    ['[unix_http_server]\nfile=/none/s.sock'],
    ['logfile=/none/s.log'],
    ['[include]\nother=1'],
    ['word'],
  ])('ends over %j', (text) => {
    const { status, started, findings } = start(
      `[program:good]\ncommand=server good\n[supervisord]\n${text}`,
    );
    expect({ status, started }).toEqual({ status: 2, started: [] });
    expect(findings[0]).toContain('supervisord will not start');
  });

  it.each([['command=server "a'], ['command=/none/server'], ['command=server\ndirectory=/none']])(
    'goes on without a program of %j',
    (text) => {
      expect(programs(`[program:bad]\n${text}\n[program:good]\ncommand=server good`)).toEqual([
        'server good',
      ]);
    },
  );

  it('keeps what can’t be known', () => {
    const script =
      '#!/bin/sh\necho "[supervisord]\n[program:a]\ncommand=server $(ask)" > /tmp/s.conf\nexec supervisord -nc /tmp/s.conf';
    const files = { ...base, '/usr/bin/ask': binary, '/start': { text: script, mode: 0o755 } };
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
    expect(evaluate(['/start'], { files, env }).world.launches[0]?.argv).toEqual([
      'server',
      '\u{E000}ask\u{E001}',
    ]);
  });

  it('becomes its user, and so do its programs', () => {
    const { launches } = start(
      '[supervisord]\nuser=svc\nlogfile=/tmp/s.log\n[program:a]\ncommand=server a\n[program:b]\ncommand=server b\nuser=www-data',
    );
    expect(launches.map(({ argv, user }) => [argv[1], user.name])).toEqual([['a', 'svc']]);
    expect(start('[supervisord]\nuser=svc\n[program:a]\ncommand=server a').status).toBe(2);
  });

  it('goes to the background by itself', () => {
    const files = { ...base, '/srv/supervisord.conf': '[supervisord]\n[program:a]\ncommand=server a' };
    const line = 'python3 /usr/local/bin/supervisord; exec server main';
    const { world } = evaluate(['sh', '-c', line], { files, cwd: '/srv' });
    expect(world.launches.map(({ argv, cwd }) => [argv[1], cwd])).toEqual([
      ['a', '/srv'],
      ['main', '/srv'],
    ]);
  });
});
