import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import { parseJson } from '../json.ts';
import { parsePlatform, showPlatform } from '../platform.ts';
import { choosePlatform, type Wanted } from './choose.ts';
import { type Descriptor, type Document, parseDocument } from './descriptor.ts';

/** Indexes inside of indexes. */
const maxDepth = 4;

export interface Manifest {
  digest: string;
  config: Descriptor;
  layers: Descriptor[];
}

export function wantedPlatform(context: Context): Wanted {
  const { platform } = context.options;
  return { platform: parsePlatform(platform), isExplicit: platform !== undefined };
}

/** Follows indexes to the manifest of the wanted platform. `read` gives a verified document. */
export async function resolveManifest(
  top: Document,
  topDigest: string,
  read: (descriptor: Descriptor) => Buffer | Promise<Buffer>,
  context: Context,
  place: string,
): Promise<Manifest> {
  let document = top;
  let digest = topDigest;
  for (let depth = 0; document.kind === 'index'; depth++) {
    if (depth === maxDepth) {
      throw new BerthwatchError('LIMIT_EXCEEDED', `indexes are nested deeper than ${maxDepth} levels`, {
        place,
      });
    }
    const wanted = wantedPlatform(context);
    const { descriptor, instead } = choosePlatform(document.manifests, wanted, place);
    if (instead) tellOther(context, instead, wanted);
    digest = descriptor.digest;
    document = parseDocument(parseJson(await read(descriptor), `${place}: ${digest}`), `${place}: ${digest}`);
  }
  if (document.layers.length > context.bounds.layers) {
    throw new BerthwatchError('LIMIT_EXCEEDED', `the image has more than ${context.bounds.layers} layers`, {
      place,
    });
  }
  return { digest, config: document.config, layers: document.layers };
}

export function tellOther(context: Context, instead: string, wanted: Wanted): void {
  const message = `there is no image for ${showPlatform(wanted.platform)}; read the one for ${instead}, which is all there is`;
  addFinding(context, 'other-platform', 'info', message);
}
