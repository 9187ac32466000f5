import { describe, expect, it } from 'vitest';
import type { Launch } from '../../model/launch.ts';
import { evaluate } from '../test-kit.ts';

const files = { '/usr/bin/server': { text: '\x7fELF', mode: 0o755 } };

function launchOf(argv: readonly string[], options: Parameters<typeof evaluate>[1] = {}): Launch {
  const { world, err } = evaluate(argv, { ...options, files: { ...files, ...options.files } });
  const [launch] = world.launches;
  if (launch === undefined) throw new Error(`nothing is launched: ${err}`);
  return launch;
}

describe('wrappers lead to their program', () => {
  it.each([
    'tini -- server -a',
    'tini -s -g -e 143 -v -- server -a',
    'tini -p SIGKILL server -a',
    'docker-init -- server -a',
    'dumb-init server -a',
    'dumb-init -c --rewrite 15:3 -- server -a',
    'dumb-init -r 15:3 -r 2:3 --single-child server -a',
    'catatonit -g -- server -a',
    'env server -a',
    'env -i PATH=/usr/bin A=b server -a',
    'env -u HOME -C / -- server -a',
    'nice server -a',
    'nice -n 5 server -a',
    'nice -5 server -a',
    'nice --adjustment=-5 server -a',
    'ionice -c 2 -n 7 server -a',
    'ionice -c2 -n7 -t server -a',
    'chrt -r 10 server -a',
    'chrt --fifo 10 server -a',
    'taskset 0x3 server -a',
    'taskset -c 0,1 server -a',
    'numactl --interleave=all server -a',
    'numactl -m 0 -N 0 server -a',
    'nohup server -a',
    'timeout 10 server -a',
    'timeout --preserve-status -k 5 -s KILL 1h server -a',
    'stdbuf -oL -eL server -a',
    'stdbuf --output=0 server -a',
    'setsid -w server -a',
    'unbuffer server -a',
    'flock -n /run/lock server -a',
    'flock -w 5 /run/lock server -a',
    'time -p server -a',
    'prlimit --nofile=1024 server -a',
    'strace -f -o /tmp/trace server -a',
    'setpriv --no-new-privs --inh-caps=-all server -a',
    's6-softlimit -o 1024 server -a',
    's6-notifyoncheck -d server -a',
    'fdmove -c 2 1 server -a',
    's6-setuidgid svc server -a',
    'chroot / server -a',
    'busybox nice -n 3 server -a',
    'busybox env A=b server -a',
    'tini -- nice -n 1 env A=b nohup timeout 5 gosu svc server -a',
    'sh -c "server -a"',
    'sh -c "exec server -a"',
  ])('%s', (line) => {
    const argv = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    expect(launchOf(argv).argv).toEqual(['server', '-a']);
  });
});

describe('wrappers change the user', () => {
  it.each([
    ['gosu svc server', '/srv'],
    ['gosu 999:998 server', '/srv'],
    ['su-exec svc:svc server', '/srv'],
    ['setuser svc server', '/srv'],
    ['setpriv --reuid svc --regid svc --init-groups server', '/root'],
    ['setpriv --reuid=999 --clear-groups -- server', '/root'],
    ['chpst -u svc:svc server', '/root'],
    ['runuser -u svc -- server', '/srv'],
    ['runuser -u svc server', '/srv'],
    ['s6-setuidgid svc server', '/root'],
    ['chroot --userspec=999:998 / server', '/root'],
    ['sudo -E -u svc server', '/root'],
    ['sudo -n -H -u svc -- server', '/srv'],
  ])('%s', (line, home) => {
    const launch = launchOf(line.split(' '));
    expect({ ...launch.user, home: launch.env.HOME }).toEqual({ name: 'svc', uid: 999, home });
    expect(launch.via.map(({ text }) => text)).toContain('runs as user svc');
  });

  it.each([
    [['su', 'svc', '-c', 'server "$1"', '--', 'x', 'y'], '/'],
    [['su', '-s', '/bin/bash', 'svc', '-c', 'server y'], '/'],
    [['su', '-', 'svc', '-c', 'server y'], '/srv'],
    [['su', '-c', 'exec server y', '-l', 'svc'], '/srv'],
    [['runuser', '-l', 'svc', '-s', '/bin/sh', '-c', 'server y'], '/srv'],
  ])('%j', (argv, cwd) => {
    const launch = launchOf(argv);
    expect(launch).toMatchObject({ argv: ['server', 'y'], user: { name: 'svc', uid: 999 }, cwd });
    expect(launch.env).toMatchObject({ HOME: '/srv', USER: 'svc' });
  });

  it('keep or clear the environment', () => {
    const env = (line: string) => launchOf(line.split(' '), { env: { KEPT: '1' } }).env;
    expect(env('sudo -E -u svc server')).toHaveProperty('KEPT', '1');
    expect(env('sudo -u svc A=b server')).toMatchObject({ A: 'b', USER: 'svc' });
    expect(env('sudo -u svc server')).not.toHaveProperty('KEPT');
    expect(env('setpriv --reuid=svc --reset-env server')).not.toHaveProperty('KEPT');
    expect(env('su -m svc -c server')).toMatchObject({ KEPT: '1', HOME: '/root' });
  });
});

describe('env', () => {
  it('sets, unsets and clears variables', () => {
    const env = (line: string) => launchOf(line.split(' '), { env: { A: '1', B: '2' } }).env;
    expect(env('env A=x C=3 server')).toMatchObject({ A: 'x', B: '2', C: '3' });
    expect(env('env -u A server')).not.toHaveProperty('A');
    expect(env('env -i PATH=/usr/bin X=y server')).toEqual({ PATH: '/usr/bin', X: 'y' });
    expect(env('env - PATH=/usr/bin server')).toEqual({ PATH: '/usr/bin' });
  });

  it('splits one word into several', () => {
    expect(launchOf(['env', '-S', `A=b server 'x y' "z"`, 'last']).argv).toEqual([
      'server',
      'x y',
      'z',
      'last',
    ]);
    expect(launchOf(['env', '-S server -q', '/script']).argv).toEqual(['server', '-q', '/script']);
  });

  it('changes the folder', () => {
    expect(launchOf(['env', '--chdir=/tmp', 'server']).cwd).toBe('/tmp');
  });

  it('reads folders of variables', () => {
    const withFolder = { files: { '/e/NAME': 'value\nrest', '/e/GONE': '' }, env: { GONE: 'x' } };
    const { env } = launchOf(['envdir', '/e', 'server'], withFolder);
    expect(env).toMatchObject({ NAME: 'value' });
    expect(env).not.toHaveProperty('GONE');
  });
});

describe('what is no wrapper', () => {
  it('a wrapper without a program is a tool', () => {
    expect(evaluate(['env', '-i', 'A=b']).out).toBe('A=b\n');
    expect(evaluate(['tini', '--version']).world.launches[0]?.argv).toEqual(['tini', '--version']);
  });

  it('a script of the image’s own under a wrapper’s name is followed', () => {
    const own = {
      '/usr/local/bin/gosu': { text: '#!/bin/sh\nshift\nexec server "$@" --own\n', mode: 0o755 },
    };
    const launch = launchOf(['/usr/local/bin/gosu', 'svc', 'x'], { files: own });
    expect(launch).toMatchObject({ argv: ['server', 'x', '--own'], user: { name: 'root' } });
  });

  it('a user that the image lacks is a finding', () => {
    const { world } = evaluate(['gosu', 'ghost', 'server'], { files });
    expect(world.findings).toMatchObject([{ id: 'unknown-user' }]);
  });
});
