import { describe, expect, it } from 'vitest';
import { evaluate } from '../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const run = (text: string, mode = 0o755) => ({ text: `#!/bin/sh\n${text}\n`, mode });

const files = {
  '/usr/bin/runsvdir': binary,
  '/usr/bin/s6-svscan': binary,
  '/usr/bin/runsv': binary,
  '/usr/bin/server': binary,
  '/etc/service/a/run': run('exec 2>&1\nexec chpst -u svc server a "$(pwd)"'),
  '/etc/service/b/run': run('exec server b'),
  '/etc/service/b/down': '',
  '/etc/service/c/run': run('exec server c', 0o644),
  '/etc/service/d/run': run('server d'),
  '/etc/service/d/log/run': run('exec server log'),
  '/etc/service/.hidden/run': run('exec server hidden'),
};

const started = (argv: readonly string[]) => {
  const { world, status } = evaluate(argv, { files });
  return {
    status,
    launches: world.launches.map(({ argv: own, user, cwd }) => `${own.join(' ')} as ${user.name} in ${cwd}`),
  };
};

describe('folders of services', () => {
  it.each([
    [['runsvdir', '-P', '/etc/service']],
    [['s6-svscan', '-t0', '/etc/service']],
    [['sh', '-c', 'runsvdir /etc/service; echo never']],
  ])('%j', (argv) => {
    expect(started(argv)).toEqual({
      status: 'goes on',
      launches: [
        'server a /etc/service/a as svc in /etc/service/a',
        'server d as root in /etc/service/d',
        'server log as root in /etc/service/d/log',
      ],
    });
  });

  it('runit’s stages, with an environment from a folder', () => {
    const more = {
      ...files,
      '/sbin/runit': binary,
      '/etc/runit/1': run('echo 80 > /etc/env/PORT'),
      '/etc/runit/2': run(`exec chpst -e /etc/env sh -c 'exec server "$PORT"'`),
      '/etc/env/PORT': '1\n',
    };
    const { world, status } = evaluate(['/sbin/runit'], { files: more });
    expect([status, world.launches[0]?.argv.at(-1)]).toEqual(['goes on', '80']);
  });

  it('one service by itself', () => {
    expect(started(['runsv', '/etc/service/a']).launches).toEqual([
      'server a /etc/service/a as svc in /etc/service/a',
    ]);
  });
});
