import { BerthwatchError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { parseConfig, platformOf } from './config.ts';
import { addFinding, type Context } from './context.ts';
import type { Json } from './json.ts';
import type { Layer } from './layer/layer.ts';
import type { LayerInput } from './layer/layer-input.ts';
import { readLayer } from './layer/read-layer.ts';
import { MergedTree } from './merged-tree.ts';
import { wantedPlatform } from './oci/resolve.ts';
import { fitness, parsePlatform, showPlatform } from './platform.ts';
import type { Image } from './types.ts';

/** What every kind of source makes of a reference: who it is, its config and its layers, lowest first. */
export interface ImageParts {
  reference: string;
  kind: string;
  digest: string | null;
  config: Json;
  layers: LayerInput[];
  close: () => void;
}

/** Layers read at once: what inflates runs in the machine's other threads meanwhile. */
const layersAtOnce = 4;

/** Reads the layers and puts them together. Throws when there are layers and none of them can be read. */
export async function assemble(parts: ImageParts, context: Context): Promise<Image> {
  const config = parseConfig(parts.config);
  checkPlatform(config.os, config.architecture, config.variant, parts.reference, context);
  const layers = await readLayers(parts.layers, context);
  if (layers.length === 0 && parts.layers.length > 0) {
    throw new BerthwatchError('ARCHIVE_CORRUPT', 'none of its layers can be read', {
      place: parts.reference,
      next: context.findings.at(-1)?.message ?? 'get the image again',
    });
  }
  const tree = new MergedTree(layers);
  for (const layer of layers) {
    for (const note of layer.notes)
      addFinding(context, note.id, note.severity, `${layer.label}: ${note.message}`);
  }
  for (const note of tree.notes()) addFinding(context, note.id, note.severity, note.message);
  if (context.cache?.problem) addFinding(context, 'cache-unusable', 'info', context.cache.problem);
  return {
    source: {
      reference: parts.reference,
      kind: parts.kind,
      digest: parts.digest,
      platform: platformOf(config),
    },
    config,
    tree,
    layersOf: (path) => tree.layersOf(path),
    findings: context.findings,
    pending: () => tree.pending(),
    load: (paths) => tree.load(paths, limits.configBytes),
    close: async () => {
      for (const layer of layers) layer.close();
      parts.close();
      context.cache?.close();
    },
  };
}

/** In the order given, a few at a time; those that can't be read are left out. */
async function readLayers(inputs: readonly LayerInput[], context: Context): Promise<Layer[]> {
  const layers: (Layer | undefined)[] = inputs.map(() => undefined);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < inputs.length; i = next++) {
      context.check();
      layers[i] = await readOrTell(inputs[i] as LayerInput, context);
    }
  };
  await Promise.all(Array.from({ length: Math.min(layersAtOnce, inputs.length) }, work));
  return layers.filter((layer) => layer !== undefined);
}

/** A layer that can't be had is lost for the result, which says so. */
async function readOrTell(input: LayerInput, context: Context): Promise<Layer | undefined> {
  try {
    return await readLayer(input, context);
  } catch (error) {
    if (!(error instanceof BerthwatchError)) throw error;
    addFinding(context, 'layer-missing', 'high', `${input.label}: ${error.message}; it is left out`);
    return undefined;
  }
}

/** An index chose by its own words; the config has the last one. */
function checkPlatform(
  os: string,
  architecture: string,
  variant: string,
  place: string,
  context: Context,
): void {
  const wanted = wantedPlatform(context);
  if (os === '' || architecture === '' || fitness(wanted.platform, { os, architecture, variant }) > 0) return;
  const found = showPlatform({ os, architecture, variant });
  if (wanted.isExplicit) {
    const message = `it is an image for ${found}, not for ${showPlatform(parsePlatform(context.options.platform))}`;
    throw new BerthwatchError('PLATFORM_NOT_FOUND', message, { place });
  }
  if (context.findings.some((finding) => finding.id === 'other-platform')) return;
  addFinding(context, 'other-platform', 'info', `the image is for ${found}`);
}

/** `layer 2 of 3 (sha256:1234…)` */
export function layerLabel(number: number, total: number, name: string): string {
  return `layer ${number + 1} of ${total} (${name})`;
}
