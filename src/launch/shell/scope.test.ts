import { describe, expect, it } from 'vitest';
import { showUnknown } from '../../model/unknown.ts';
import { memoryRootfs } from '../../rootfs/memory.ts';
import { findLaunches } from '../launches.ts';
import { system } from '../test-kit.ts';

const binary = { text: '\x7fELF', mode: 0o755 };

function find(text: string) {
  const rootfs = memoryRootfs({
    ...system(),
    '/usr/bin/server': binary,
    '/usr/bin/daemon': binary,
    '/e': { text: `#!/bin/bash\n${text}\n`, mode: 0o755 },
  });
  const fate = ({ argv }: { argv: readonly string[] }) =>
    argv[0] === 'server'
      ? ('stays' as const)
      : argv[0] === 'daemon'
        ? ('detaches' as const)
        : ('unknown' as const);
  return findLaunches(
    { entrypoint: ['/e'], cmd: [], env: {}, cwd: '/', user: '' },
    rootfs,
    { fate, becomes: () => undefined },
    { ipv6: true },
  );
}

const launches = (text: string) =>
  find(text).launches.map(({ argv, certainty }) => `${argv.map(showUnknown).join(' ')} ${certainty}`);
const check = (n: number) => `curl -s http://h/${n} > /dev/null`;

describe('a part of a script with unknown conditions', () => {
  it('counts once where all ways come to the same', () => {
    const text = Array.from(
      { length: 30 },
      (_, n) => `if ${check(n)}; then a=${n}; echo x; unset a; fi`,
    ).join('\n');
    expect(launches(`${text}\nexec server`)).toEqual(['server certain']);
  });

  it('gives each end where there are few', () => {
    expect(
      launches(`port() { if ${check(1)}; then echo 80; return; fi; echo 90; }; p=$(port); exec server $p`),
    ).toEqual(['server 80 possible', 'server 90 possible']);
    expect(launches(`case $(curl -s x) in a) x=1 ;; b) x=2 ;; *) x=3 ;; esac; exec server $x`)).toEqual([
      'server 1 possible',
      'server 2 possible',
      'server 3 possible',
    ]);
  });

  it('leaves values unknown where there are many', () => {
    const text = Array.from({ length: 12 }, (_, n) => `if ${check(n)}; then a${n}=x; fi`).join('\n');
    expect(launches(`${text}\nexec server fixed`)).toEqual(['server fixed certain']);
    const [last] = launches(`${text}\nexec server $a11`).slice(-1);
    expect(last).toContain('server');
    expect(find(`${text}\nexec server`).findings).toEqual([]);
  });

  it('keeps what a way starts and writes apart from the other way', () => {
    const found = find(
      `if ${check(1)}; then daemon a; echo one > /tmp/f; else daemon b; echo two > /tmp/f; fi; exec server`,
    );
    expect(found.launches.map(({ argv, certainty }) => `${argv.join(' ')} ${certainty}`)).toEqual([
      'daemon a possible',
      'server possible',
      'daemon b possible',
      'server possible',
    ]);
    const servers = found.launches.filter(({ argv }) => argv[0] === 'server');
    expect(servers.map(({ rootfs }) => rootfs.readText('/tmp/f'))).toEqual(['one\n', 'two\n']);
    // The server itself runs for certain; only the files that it finds are in doubt.
    expect(new Set(servers.map(({ family }) => family)).size).toBe(1);
    expect(servers[0]?.family).toBeDefined();
  });

  it('may be left by return, break and exit', () => {
    expect(
      launches(
        `f() { if ${check(1)}; then return 1; fi; return 0; }; if f; then exec server ok; fi; exec server no`,
      ),
    ).toEqual(['server no possible', 'server ok possible']);
    expect(launches(`for i in 1 2 3; do if ${check(1)}; then break; fi; done; exec server`)).toEqual([
      'server certain',
    ]);
    expect(launches(`( if ${check(1)}; then exit 3; fi ); exec server`)).toEqual(['server certain']);
    expect(launches(`x=$(if ${check(1)}; then exit 3; fi; echo y) || x=n; exec server $x`)).toEqual([
      'server n possible',
      'server y possible',
    ]);
  });
});

describe('a server that goes to the background', () => {
  it('may have made its pid file, so a script that waits for it goes on', () => {
    const wait =
      'i=0; while [ $i -lt 20 ]; do if [ -s /run/daemon.pid ]; then break; fi; i=$((i+1)); sleep 1; done';
    expect(launches(`daemon; ${wait}; [ $i -lt 20 ] || exit 1; tail -f /dev/null`)).toEqual([
      'daemon certain',
    ]);
  });

  it('ends with the first process', () => {
    const { launches: found, findings } = find('daemon');
    expect(found).toHaveLength(1);
    expect(findings).toMatchObject([{ id: 'container-ends', severity: 'low' }]);
  });
});
