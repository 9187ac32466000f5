import { describe, expect, it } from 'vitest';
import { mountOf, parseMounts, rootMount } from './mounts.ts';

const overlay =
  '581 500 0:41 / / rw,relatime master:213 - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/o/diff,workdir=/o/work';
const volume = String.raw`620 581 254:1 /v/my\040data /data ro,relatime - ext4 /dev/vda1 rw`;

describe('mountinfo', () => {
  it('reads an overlay with its folders', () => {
    expect(rootMount(parseMounts(overlay))).toMatchObject({
      device: '0:41',
      target: '/',
      upper: '/o/diff',
      lower: ['/l/A', '/l/B'],
    });
  });

  it('reads escaped names and what is mounted read-only', () => {
    expect(parseMounts(volume)).toMatchObject([{ root: '/v/my data', target: '/data', isReadOnly: true }]);
  });

  it('an escaped colon or comma belongs to the folder, and lower folders may be named one by one', () => {
    const line = String.raw`1 0 0:9 / / rw - overlay none rw,lowerdir+=/a\\:1,lowerdir+=/b,upperdir=/u\\,2`;
    expect(parseMounts(line.replaceAll('\\\\', '\\'))).toMatchObject([
      { lower: ['/a:1', '/b'], upper: '/u,2' },
    ]);
  });

  it('the last of the longest targets holds a path', () => {
    const mounts = parseMounts(
      [overlay, volume, volume.replace('620', '621').replace('/v/', '/w/')].join('\n'),
    );
    expect(mountOf(mounts, '/data/x')?.root).toBe('/w/my data');
    expect(mountOf(mounts, '/database')?.target).toBe('/');
  });

  it('leaves out lines that are none', () => {
    expect(parseMounts('\nnonsense\n1 2 3\n - overlay')).toEqual([]);
  });
});
