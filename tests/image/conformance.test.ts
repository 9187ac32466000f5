import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import { type Compression, dockerArchive, ociArchive, temporaryFolder } from '../builders/image.ts';
import { conformanceCases } from './conformance.ts';
import { see } from './see.ts';

const dir = temporaryFolder();

describe.each<[string, Compression]>([
  ['docker-archive', 'none'],
  ['oci-archive', 'gzip'],
])('layers of a %s', (kind, compression) => {
  it.each(conformanceCases)('$name', async ({ layers, tree }) => {
    const image = { layers, compression, config: { Cmd: ['x'] } };
    const path = join(mkdtempSync(join(dir, 'case-')), 'image.tar');
    writeFileSync(path, kind === 'docker-archive' ? dockerArchive(image) : ociArchive(image));
    const opened = await openImage(`${kind}:${path}`, { cache: { enabled: false } });
    see(opened.tree);
    await opened.load(opened.pending());
    expect(see(opened.tree)).toEqual(tree);
    await opened.close();
  });
});
