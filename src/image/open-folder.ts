import { FolderTree } from '../rootfs/folder.ts';
import { emptyConfig } from './config.ts';
import type { Context } from './context.ts';
import type { Image } from './types.ts';

/** An unpacked root file system: all is at hand, and nobody says how to start it. */
export function openFolder(reference: string, dir: string, context: Context): Image {
  const tree = new FolderTree(dir);
  return {
    source: { reference, kind: 'dir', digest: null, platform: null },
    config: emptyConfig,
    tree,
    findings: context.findings,
    layersOf: () => [],
    pending: () => [],
    load: async () => {},
    close: async () => tree.close(),
  };
}
