import { describe, expect, it } from 'vitest';
import type { MemoryFile } from '../../rootfs/memory.ts';
import { type EvaluateOptions, evaluate } from '../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const script = (text: string) => ({ text: `#!/bin/sh\n${text}\n`, mode: 0o755 });
const commands = { '/usr/bin/server': binary, '/usr/bin/with-contenv': binary, '/usr/bin/execlineb': binary };

function start(argv: readonly string[], files: Record<string, MemoryFile>, options: EvaluateOptions = {}) {
  const { world, status } = evaluate(argv, { ...options, files: { ...commands, ...files } });
  const launches = world.launches.map(({ argv: own, user, cwd }) =>
    [
      own.join(' '),
      ...(user.name === 'root' ? [] : [`as ${user.name}`]),
      ...(cwd === '/' ? [] : [`in ${cwd}`]),
    ].join(' '),
  );
  return { status, launches, findings: world.findings.map(({ message }) => message) };
}

describe('s6-overlay', () => {
  const definitions = '/etc/s6-overlay/s6-rc.d';
  const longrun = (name: string, run: string): Record<string, MemoryFile> => ({
    [`${definitions}/${name}/type`]: 'longrun\n',
    [`${definitions}/${name}/run`]: run,
    [`${definitions}/user/contents.d/${name}`]: '',
  });

  it('starts what the user bundle wants, in the order of dependencies', () => {
    const files = {
      '/init': script('exec /package/admin/s6-overlay/libexec/preinit'),
      ...longrun(
        'web',
        '#!/usr/bin/execlineb -P\nwith-contenv s6-setuidgid svc importas -i PORT PORT server web $PORT',
      ),
      [`${definitions}/web/dependencies.d/prepare`]: '',
      [`${definitions}/web/dependencies.d/base`]: '',
      [`${definitions}/prepare/type`]: 'oneshot',
      [`${definitions}/prepare/up`]: 'redirfd -w 1 /tmp/flag echo done',
      '/usr/bin/redirfd': binary,
      '/usr/bin/importas': binary,
      ...longrun('other', '#!/bin/sh\nexec server other "$PORT" $(cat /tmp/flag)'),
      [`${definitions}/unused/type`]: 'longrun',
      [`${definitions}/unused/run`]: '#!/bin/sh\nexec server unused',
      [`${definitions}/both/type`]: 'bundle',
      [`${definitions}/both/contents`]: 'inner\n',
      ...longrun('inner', '#!/bin/sh\nexec server inner'),
      [`${definitions}/user/contents.d/both`]: '',
    };
    expect(start(['/init'], files, { env: { PORT: '81' } })).toMatchObject({
      status: 'goes on',
      launches: [
        `server inner in ${definitions}/inner`,
        `server other  in ${definitions}/other`,
        `server web 81 as svc in ${definitions}/web`,
      ],
    });
  });

  it('runs scripts of old before what needs them, and skips hidden names', () => {
    const files = {
      '/init': binary,
      '/hook': script('echo hooked > /tmp/hook'),
      '/etc/cont-init.d/port': { text: '#!/bin/sh\necho 90 > /tmp/port\nexit 3\n', mode: 0o755 },
      '/etc/cont-init.d/more': script('echo more'),
      ...longrun('late', '#!/bin/sh\nexec tool late $(cat /tmp/hook /tmp/port)'),
      '/command/tool': script('exec server "$@"'),
      [`${definitions}/late/dependencies.d/base`]: '',
      [`${definitions}/user/contents.d/.keep`]: '',
      '/etc/s6-overlay/user-bundles.d/user/contents.d/not-read': '',
    };
    const env = { S6_STAGE2_HOOK: ' /hook now' };
    expect(start(['/init'], files, { env })).toMatchObject({
      status: 'goes on',
      launches: [`server late hooked 90 in ${definitions}/late`],
    });
    expect(start(['/init'], files, { env: { ...env, S6_BEHAVIOUR_IF_STAGE2_FAILS: '2' } })).toMatchObject({
      status: 1,
      launches: [],
    });
  });

  it('leaves out what needs a step that fails, and reads the bundles of a profile', () => {
    const profile = '/etc/cont-profile.d/small/s6-overlay';
    const service = (name: string, need: string) => ({
      [`${profile}/s6-rc.d/${name}/type`]: 'longrun',
      [`${profile}/s6-rc.d/${name}/run`]: `#!/bin/sh\nexec server ${name}`,
      [`${profile}/s6-rc.d/${name}/dependencies.d/${need}`]: '',
      [`${profile}/user-bundles.d/user/contents.d/${name}`]: '',
    });
    const files = {
      '/init': binary,
      '/etc/s6-overlay/': '',
      ...service('a', 'group'),
      ...service('b', 'base'),
      ...service('c', 'a'),
      [`${profile}/s6-rc.d/group/type`]: 'bundle',
      [`${profile}/s6-rc.d/group/contents.d/check`]: '',
      [`${profile}/s6-rc.d/check/type`]: 'oneshot',
      [`${profile}/s6-rc.d/check/up`]: 'false',
    };
    const result = start(['/init'], files, { env: { S6_RUNTIME_PROFILE: 'small' } });
    expect(result.launches).toEqual([`server b in ${profile}/s6-rc.d/b`]);
    expect(result.findings).toEqual([
      `the service a is not started: ${profile}/s6-rc.d/check/up fails with status 1`,
      `the service c is not started: ${profile}/s6-rc.d/check/up fails with status 1`,
    ]);
  });

  it('tells of a service whose script fails, and not of one that only ends', () => {
    const files = {
      '/init': binary,
      ...longrun('bad', '#!/bin/sh\n[ -n "$NEEDED" ] || exit 3\nexec server bad'),
      ...longrun('short', '#!/bin/sh\nexit 0'),
      ...longrun('good', '#!/bin/sh\nexec server good'),
    };
    expect(start(['/init'], files)).toEqual({
      status: 'goes on',
      launches: [`server good in ${definitions}/good`],
      findings: ['the service bad is not started: it ends with status 3'],
    });
  });

  it('refuses definitions that can’t be compiled', () => {
    const files = {
      '/init': binary,
      [`${definitions}/user/contents.d/none`]: '',
      ...longrun('a', '#!/bin/sh\nserver'),
    };
    expect(start(['/init'], files)).toMatchObject({ status: 1, launches: [] });
  });

  it('runs scripts and services of old, then the command', () => {
    const files = {
      '/init': binary,
      '/etc/s6/init/': '',
      '/etc/cont-init.d/10-port': {
        text: '#!/usr/bin/with-contenv sh\necho "$PORT" > /tmp/port\necho -n x > /run/s6/container_environment/MORE\n',
        mode: 0o755,
      },
      '/etc/cont-init.d/20-off': { text: '#!/bin/sh\necho 0 > /tmp/port\n', mode: 0o644 },
      '/etc/services.d/web/run': {
        text: '#!/usr/bin/with-contenv sh\nexec server web $(cat /tmp/port)\n',
        mode: 0o755,
      },
      '/etc/services.d/plain/run': script('exec server plain $PORT'),
      '/etc/services.d/off/run': script('exec server off'),
      '/etc/services.d/off/down': '',
    };
    expect(
      start(['/init', 'sh', '-c', 'exec server main $PORT$MORE'], files, { env: { PORT: '80' } }),
    ).toMatchObject({
      launches: [
        'server plain in /etc/services.d/plain',
        'server web 80 in /etc/services.d/web',
        'server main 80x',
      ],
    });
  });

  it('leaves an /init of the image’s own alone', () => {
    const files = {
      '/init': script('exec server own'),
      '/etc/services.d/web/run': script('exec server web'),
    };
    expect(start(['/init'], files).launches).toEqual(['server own']);
  });
});

it('my_init runs startup files, services and the command', () => {
  const files = {
    '/sbin/my_init': { text: '#!/usr/bin/python3 -u\n', mode: 0o755 },
    '/usr/bin/python3': binary,
    '/etc/container_environment/PORT': '80\n',
    '/etc/container_environment/HOST': 'image',
    '/etc/my_init.d/10': script('echo 81 > /etc/container_environment/PORT'),
    '/etc/rc.local': script('echo $PORT > /tmp/seen'),
    '/etc/service/web/run': script('exec server $HOST $PORT $(cat /tmp/seen)'),
    '/etc/service/sshd/run': script('exec server sshd'),
    '/etc/service/sshd/down': '',
  };
  const options = { env: { HOST: 'given' } };
  const service = 'server given 81 81 in /etc/service/web';
  expect(start(['/sbin/my_init'], files, options)).toMatchObject({ status: 'goes on', launches: [service] });
  expect(start(['/sbin/my_init', '--quiet', '--', 'server', 'main'], files, options).launches).toEqual([
    service,
    'server main',
  ]);
});

describe('inittab', () => {
  const table = [
    '# comment',
    'id:3:initdefault:',
    '::sysinit:/bin/sh -c "echo 80 > /tmp/port"',
    'a:2:respawn:server level2',
    'b:23:respawn:server level23 $(cat /tmp/port)',
    'c::once:server once',
    'd:3:off:server off',
    '::ctrlaltdel:server reboot',
  ].join('\n');

  it('sysvinit takes the lines of one run level', () => {
    const files = { '/sbin/init': binary, '/etc/inittab': table };
    expect(start(['/sbin/init'], files).launches).toEqual(['server level23 80', 'server once']);
    expect(start(['/sbin/init', '2'], files).launches).toEqual([
      'server level2',
      'server level23 80',
      'server once',
    ]);
  });

  it('BusyBox takes them all, by action, where it has the terminals that it takes the first fields for', () => {
    const files = {
      '/sbin/init': { link: '/bin/busybox' },
      '/etc/inittab': `${table.replace(/^\w:/gm, 'null:')}\ntty1::respawn:server tty`,
    };
    const expected = ['server once', 'server level2', 'server level23 80'];
    expect(start(['/sbin/init'], files).launches).toEqual(expected);
    expect(start(['busybox', 'init'], files).launches).toEqual(expected);
  });

  it('BusyBox takes the later of two lines alike, and what stands before a #', () => {
    const lines = [
      '::once:server a',
      '::respawn:server b # c',
      '::respawn:server \\',
      ' d',
      '::respawn:server a',
    ];
    const files = { '/sbin/init': { link: '/bin/busybox' }, '/etc/inittab': lines.join('\n') };
    expect(start(['/sbin/init'], files).launches).toEqual(['server b', 'server d', 'server a']);
    expect(start(['/sbin/init', 'single'], files).launches).toEqual([]);
  });

  it('without a table BusyBox runs rcS', () => {
    const files = { '/sbin/init': { link: '/bin/busybox' }, '/etc/init.d/rcS': script('server a &') };
    expect(start(['/sbin/init'], files)).toMatchObject({ status: 'goes on', launches: ['server a'] });
  });
});

describe('systemd', () => {
  const etc = '/etc/systemd/system';
  const lib = '/usr/lib/systemd/system';
  const base: Record<string, MemoryFile> = {
    '/sbin/init': { link: '/usr/lib/systemd/systemd' },
    '/usr/lib/systemd/systemd': binary,
    [`${lib}/default.target`]: { link: 'multi-user.target' },
    [`${lib}/multi-user.target`]: '[Unit]\nWants=base.service\n',
  };
  const enable = (name: string, text: string): Record<string, MemoryFile> => ({
    [`${lib}/${name}`]: text,
    [`${etc}/multi-user.target.wants/${name}`]: { link: `${lib}/${name}` },
  });
  const launches = (files: Record<string, MemoryFile>, options?: EvaluateOptions) =>
    start(['/sbin/init'], { ...base, ...files }, options).launches;

  it('starts what the default target wants', () => {
    const files = {
      [`${lib}/base.service`]: '[Unit]\nRequires=needed.service\n[Service]\nExecStart=/usr/bin/server base\n',
      [`${lib}/needed.service`]: '[Service]\nExecStart=/usr/bin/server needed\n',
      [`${lib}/off.service`]: '[Service]\nExecStart=/usr/bin/server off\n',
      ...enable('masked.service', '[Service]\nExecStart=/usr/bin/server masked\n'),
      [`${etc}/masked.service`]: { link: '/dev/null' },
      ...enable(
        'host.service',
        '[Unit]\nConditionVirtualization=!container\n[Service]\nExecStart=/usr/bin/server host\n',
      ),
      [`${etc}/alias.service`]: { link: `${lib}/base.service` },
      [`${etc}/multi-user.target.wants/alias.service`]: { link: `${lib}/base.service` },
    };
    expect(launches(files)).toEqual(['/usr/bin/server needed', '/usr/bin/server base']);
  });

  it('puts drop-ins, specifiers, variables and files together', () => {
    const unit = `[Service]
User=svc
WorkingDirectory=/srv
Environment="A=1 2" B=%i
EnvironmentFile=-/etc/none
EnvironmentFile=/etc/default/web
ExecStartPre=-/usr/bin/false
ExecStart=/usr/bin/server old`;
    const files = {
      [`${lib}/web@.service`]: unit,
      [`${etc}/multi-user.target.wants/web@a-b.service`]: { link: `${lib}/web@.service` },
      [`${etc}/web@.service.d/run.conf`]: `[Service]
ExecStart=
ExecStart=-/usr/bin/server %i %I %n $A \${A} x\${B}y $$B "c d" \\
  --port=\${PORT}`,
      '/etc/default/web': '# c\nPORT="80"\n',
      '/srv/': '',
    };
    expect(launches(files)).toEqual([
      '/usr/bin/server a-b a/b web@a-b.service 1 2 1 2 xa-by $B c d --port=80 as svc in /srv',
    ]);
  });

  it('waits for what goes to the background or ends', () => {
    const files = {
      ...enable('a.service', '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo 80 > /tmp/port"\n'),
      ...enable(
        'b.service',
        '[Service]\nType=simple\nExecStart=/bin/sh -c "exec server $$(cat /tmp/port) $OUT"\n',
      ),
      ...enable('c.service', '[Service]\nUser=none\nExecStart=/usr/bin/server c\n'),
      ...enable('d.service', '[Service]\nExecStartPre=/bin/false\nExecStart=/usr/bin/server d\n'),
    };
    expect(launches(files, { env: { OUT: 'x' } })).toEqual(['server 80']);
  });

  it('leaves out what requires something that is not there or has failed', () => {
    const service = (name: string, unit: string, more = '') =>
      enable(`${name}.service`, `[Unit]\n${unit}\n[Service]\n${more}ExecStart=/usr/bin/server ${name}\n`);
    const files = {
      ...enable('bad.service', '[Service]\nType=oneshot\nExecStart=/bin/false\n'),
      ...service('a', 'Requires=none.service'),
      ...service('b', 'Requires=bad.service\nAfter=bad.service'),
      ...service('c', 'Wants=bad.service\nAfter=bad.service'),
      ...service('d', 'AssertPathExists=/none'),
      ...service('e', 'ConditionPathExists=/none'),
      ...service('f', 'AssertPathExists=!/none', 'ExecCondition=/usr/bin/true\n'),
      ...service('g', '', 'ExecCondition=/bin/false\n'),
      '/etc/rc.local': script('server local &'),
    };
    const { launches: found, findings } = start(['/sbin/init'], { ...base, ...files });
    expect(found).toEqual(['/usr/bin/server c', '/usr/bin/server f', 'server local']);
    expect(findings).toEqual([
      'a.service is not started: it requires none.service',
      'b.service is not started: it requires bad.service',
      'd.service is not started: an assertion does not hold',
    ]);
  });

  it('starts units in their order', () => {
    const files = {
      ...enable(
        'a.service',
        '[Unit]\nAfter=z.service\n[Service]\nExecStart=/bin/sh -c "exec server a $$(cat /tmp/z)"\n',
      ),
      ...enable(
        'y.service',
        '[Unit]\nBefore=z.service\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo y > /tmp/z"\n',
      ),
      ...enable(
        'z.service',
        '[Unit]\nAfter=a.service\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo z >> /tmp/z"\n',
      ),
    };
    expect(launches(files)).toEqual(['server a y z']);
  });

  it('takes a run level on its command line', () => {
    const files = {
      ...base,
      [`${lib}/rescue.target.wants/rescue.service`]: '[Service]\nExecStart=/usr/bin/server rescue\n',
      [`${lib}/rescue.service`]: '[Service]\nExecStart=/usr/bin/server rescue\n',
    };
    expect(start(['/sbin/init', 'single'], files).launches).toEqual(['/usr/bin/server rescue']);
  });

  it('starts scripts of run levels that have no unit', () => {
    const files = {
      '/etc/rc2.d/S01old': { link: '../init.d/old' },
      '/etc/init.d/old': script('[ "$1" = start ] && server old &'),
      '/etc/rc2.d/S01base': { link: '../init.d/base' },
      '/etc/init.d/base': script('server script &'),
      [`${lib}/base.service`]: '[Service]\nExecStart=/usr/bin/server unit\n',
    };
    expect(launches(files)).toEqual(['/usr/bin/server unit', 'server old']);
  });
});
