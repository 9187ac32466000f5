import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/builders/image.ts';
import { FolderTree } from './folder.ts';
import { Rootfs } from './rootfs.ts';

const base = temporaryFolder();
const open: FolderTree[] = [];
afterEach(() => {
  for (const tree of open.splice(0)) tree.close();
});

/** A root folder beside a secret that must never be seen. */
function make(): { root: string; outside: string; tree: () => FolderTree } {
  const dir = mkdtempSync(join(base, 'case-'));
  const [root, outside] = [join(dir, 'root'), join(dir, 'outside')];
  mkdirSync(join(root, 'etc/app'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(root, 'etc/app/app.conf'), 'listen 80\n');
  const tree = () => {
    const made = new FolderTree(root);
    open.push(made);
    return made;
  };
  return { root, outside, tree };
}

const realPlatform = process.platform;
const pretend = (platform: string) => Object.defineProperty(process, 'platform', { value: platform });

describe.each(['linux', 'darwin'])('FolderTree (%s)', (platform) => {
  beforeEach(() => void pretend(platform));
  afterEach(() => void pretend(realPlatform));

  it('shows files, folders and links', () => {
    const { root, tree } = make();
    symlinkSync('app/app.conf', join(root, 'etc/link'));
    const seen = tree();
    expect(seen.entry('/')).toMatchObject({ type: 'directory' });
    expect(seen.names('/etc')).toEqual(['app', 'link']);
    expect(seen.entry('/etc/link')).toMatchObject({ type: 'symlink', target: 'app/app.conf' });
    expect(seen.entry('/etc/app/app.conf')).toMatchObject({ type: 'file', size: 10 });
    expect(new Rootfs(seen).readText('/etc/link')).toBe('listen 80\n');
    expect(seen.body('/etc/app/app.conf', 6)).toEqual({ bytes: Buffer.from('listen'), truncated: true });
    expect(seen.entry('/etc/none')).toBeUndefined();
    expect(seen.names('/etc/app/app.conf')).toEqual([]);
  });

  it('links lead nowhere outside', () => {
    const { root, outside, tree } = make();
    symlinkSync(outside, join(root, 'absolute'));
    symlinkSync('../outside', join(root, 'relative'));
    symlinkSync(join(outside, 'secret'), join(root, 'file'));
    const seen = tree();
    const rootfs = new Rootfs(seen);
    for (const path of ['/absolute/secret', '/relative/secret', '/file'])
      expect(rootfs.readText(path)).toBeUndefined();
    // Even a caller that does not know of the links gets nothing.
    for (const path of ['/absolute/secret', '/relative/secret', '/file']) {
      expect(seen.body(path, 100)).toMatchObject({ missing: 'unreadable' });
    }
    expect(seen.names('/absolute')).toEqual([]);
    expect(seen.entry('/relative/secret')).toBeUndefined();
  });

  it('a folder that becomes a link after it was looked at does not lead out either', () => {
    const { root, outside, tree } = make();
    const seen = tree();
    expect(seen.entry('/etc/app/app.conf')).toMatchObject({ type: 'file' });
    writeFileSync(join(outside, 'app.conf'), 'secret');
    renameSync(join(root, 'etc/app'), join(root, 'etc/moved'));
    symlinkSync(outside, join(root, 'etc/app'));
    const body = seen.body('/etc/app/app.conf', 100);
    expect('bytes' in body ? Buffer.from(body.bytes).toString() : 'none').not.toContain('secret');
  });

  it('a file that becomes a link after it was looked at is not followed', () => {
    const { root, outside, tree } = make();
    const seen = tree();
    expect(seen.entry('/etc/app/app.conf')).toMatchObject({ type: 'file' });
    rmSync(join(root, 'etc/app/app.conf'));
    symlinkSync(join(outside, 'secret'), join(root, 'etc/app/app.conf'));
    const reason = platform === 'linux' ? 'not a regular file' : 'ELOOP';
    expect(seen.body('/etc/app/app.conf', 100)).toEqual({ missing: 'unreadable', reason });
  });

  it('pipes and devices are not opened', () => {
    const { root, tree } = make();
    execFileSync('mkfifo', [join(root, 'etc/pipe')]);
    const seen = tree();
    expect(seen.entry('/etc/pipe')).toMatchObject({ type: 'other' });
    expect(seen.body('/etc/pipe', 100)).toMatchObject({ missing: 'unreadable' });
    rmSync(join(root, 'etc/app/app.conf'));
    const later = tree();
    writeFileSync(join(root, 'etc/app/app.conf'), 'x');
    later.entry('/etc/app/app.conf');
    rmSync(join(root, 'etc/app/app.conf'));
    execFileSync('mkfifo', [join(root, 'etc/app/app.conf')]);
    expect(later.body('/etc/app/app.conf', 100)).toMatchObject({
      missing: 'unreadable',
      reason: 'not a regular file',
    });
  });

  it('many folders do not exhaust the descriptors', () => {
    const { root, tree } = make();
    for (let i = 0; i < 300; i++) {
      mkdirSync(join(root, `d${i}`));
      writeFileSync(join(root, `d${i}/f`), `${i}`);
    }
    const seen = tree();
    for (const pass of [0, 1]) {
      for (let i = 0; i < 300; i++) {
        const body = seen.body(`/d${i}/f`, 10);
        expect([pass, 'bytes' in body && Buffer.from(body.bytes).toString()]).toEqual([pass, `${i}`]);
      }
    }
  });
});
