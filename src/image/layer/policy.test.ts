import { describe, expect, it } from 'vitest';
import { keepBody, policyFingerprint } from './policy.ts';

const policy = { executables: new Set(['server']) };
const kB = 1024;

describe('keepBody', () => {
  it.each([
    ['etc/app/app.conf', 10 * kB, 0o644, 'yes'],
    ['etc/app/no-extension', 10 * kB, 0o644, 'yes'],
    ['etc/app/huge', 300 * kB, 0o644, 'no'],
    ['etc/ssl/certs/ca.pem', 2 * kB, 0o644, 'no'],
    ['usr/local/etc/x', kB, 0o644, 'yes'],
    ['usr/local/bin/docker-entrypoint.sh', kB, 0o755, 'yes'],
    ['usr/local/lib/python3.12/os.py', kB, 0o644, 'no'],
    ['usr/local/share/doc/x', kB, 0o644, 'no'],
    ['opt/app/conf/server.xml', kB, 0o644, 'yes'],
    ['opt/app/lib/x.jar', kB, 0o644, 'no'],
    ['entrypoint', kB, 0o644, 'yes'],
    ['app/config/settings.yaml', kB, 0o644, 'yes'],
    ['usr/share/app/config/jvm.options', kB, 0o644, 'yes'],
    ['usr/share/app/jdk/release', kB, 0o644, 'yes'],
    ['usr/share/app/package.json', kB, 0o644, 'yes'],
    ['usr/share/app/node_modules/a/package.json', kB, 0o644, 'no'],
    ['app/node_modules/a/node_modules/b/x.yml', kB, 0o644, 'no'],
    ['var/lib/dpkg/status', 3_000 * kB, 0o644, 'yes'],
    ['var/lib/dpkg/status', 9_000 * kB, 0o644, 'no'],
    ['lib/apk/db/installed', 300 * kB, 0o644, 'yes'],
    ['usr/lib/os-release', kB, 0o644, 'yes'],
    ['usr/sbin/server', 20_000 * kB, 0o755, 'yes'],
    ['usr/sbin/server', 70_000 * kB, 0o755, 'no'],
    ['usr/share/server', 300 * kB, 0o644, 'no'],
    ['usr/bin/tool', 20 * kB, 0o755, 'script'],
    ['usr/bin/tool', 300 * kB, 0o755, 'no'],
    ['usr/lib/x.so', 20 * kB, 0o644, 'no'],
  ] as const)('%s of %d bytes, mode %o: %s', (path, size, mode, keep) => {
    expect(keepBody(path, size, mode, policy)).toBe(keep);
  });

  it('has another fingerprint when it keeps other bodies', () => {
    expect(policyFingerprint({ executables: new Set(['b', 'a']) })).toBe(
      policyFingerprint({ executables: new Set(['a', 'b']) }),
    );
    expect(policyFingerprint(policy)).not.toBe(policyFingerprint({ executables: new Set() }));
  });
});
