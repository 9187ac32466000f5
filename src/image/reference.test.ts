import { describe, expect, it } from 'vitest';
import { type PathKind, parseSource } from './reference.ts';

const there: Record<string, PathKind> = {
  'image.tar': 'file',
  'odd:name.tar': 'file',
  rootfs: 'folder',
  layout: 'folder',
  'layout/oci-layout': 'file',
  'layout/index.json': 'file',
};
const parse = (reference: string) => parseSource(reference, (path) => there[path]);

describe('parseSource', () => {
  it.each([
    [
      'docker-archive:image.tar',
      { form: 'archive', kind: 'docker-archive', path: 'image.tar', name: undefined },
    ],
    [
      'docker-archive:image.tar:app:1.0',
      { form: 'archive', kind: 'docker-archive', path: 'image.tar', name: 'app:1.0' },
    ],
    [
      'oci-archive:odd:name.tar:1.0',
      { form: 'archive', kind: 'oci-archive', path: 'odd:name.tar', name: '1.0' },
    ],
    [
      'oci-archive:missing.tar:1',
      { form: 'archive', kind: 'oci-archive', path: 'missing.tar:1', name: undefined },
    ],
    ['oci-dir:layout:1.0', { form: 'layout', path: 'layout', name: '1.0' }],
    ['dir:rootfs', { form: 'folder', path: 'rootfs' }],
    ['docker:app:1.0', { form: 'docker', image: 'app:1.0' }],
    ['registry:example.test/app', { form: 'registry', image: 'example.test/app' }],
    ['image.tar', { form: 'archive', kind: undefined, path: 'image.tar', name: undefined }],
    ['odd:name.tar', { form: 'archive', kind: undefined, path: 'odd:name.tar', name: undefined }],
    ['layout', { form: 'layout', path: 'layout', name: undefined }],
    ['rootfs', { form: 'folder', path: 'rootfs' }],
    ['app', { form: 'name', image: 'app' }],
    ['example.test:5000/app:1.0', { form: 'name', image: 'example.test:5000/app:1.0' }],
  ])('%s', (reference, source) => {
    expect(parse(reference)).toEqual(source);
  });

  it.each([
    ['', 'USAGE'],
    ['docker:', 'USAGE'],
    ['./missing', 'SOURCE_NOT_FOUND'],
    ['/missing', 'SOURCE_NOT_FOUND'],
    ['missing.tar', 'SOURCE_NOT_FOUND'],
    ['missing.tar.gz', 'SOURCE_NOT_FOUND'],
  ])('%j is refused: %s', (reference, code) => {
    expect(() => parse(reference)).toThrow(
      expect.objectContaining({ code, next: expect.stringContaining('docker-archive:FILE') }),
    );
  });
});
