import { describe, expect, it } from 'vitest';
import { rootOverlay } from './mounts.ts';

const overlay =
  '581 500 0:41 / / rw,relatime master:213 - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/o/diff,workdir=/o/work';
const volume = String.raw`620 581 254:1 /v/my\040data /data ro,relatime - ext4 /dev/vda1 rw`;

describe('rootOverlay', () => {
  it('gives the folders of the overlay at the root', () => {
    expect(rootOverlay([volume, overlay, volume].join('\n'))).toEqual({
      upper: '/o/diff',
      lower: ['/l/A', '/l/B'],
    });
  });

  it('the last mount at the root covers the others', () => {
    const disk = '1 0 254:1 / / rw,relatime - ext4 /dev/vda1 rw';
    expect(rootOverlay(`${disk}\n${overlay}\n`)?.upper).toBe('/o/diff');
    expect(rootOverlay(`${overlay}\n${disk}\n`)).toBeUndefined();
  });

  it('has no upper folder where it is read-only', () => {
    expect(rootOverlay('1 0 0:9 / / ro - overlay none ro,lowerdir=/a')).toEqual({ lower: ['/a'] });
  });

  it('an escaped colon or comma belongs to the folder, and lower folders may be named one by one', () => {
    const line = String.raw`1 0 0:9 / / rw - overlay none rw,lowerdir+=/a\\:1,lowerdir+=/b\040c,upperdir=/u\\,2`;
    expect(rootOverlay(line.replaceAll('\\\\', '\\'))).toEqual({ lower: ['/a:1', '/b c'], upper: '/u,2' });
  });

  it.each(['', '\nnonsense\n1 2 3\n - overlay', '1 2 3 4 / rw'])('finds none in %j', (text) => {
    expect(rootOverlay(text)).toBeUndefined();
  });
});
