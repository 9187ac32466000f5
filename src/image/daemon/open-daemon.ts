import { BerthwatchError } from '../../base/errors.ts';
import { assemble, layerLabel } from '../assemble.ts';
import type { Context } from '../context.ts';
import { shortDigest } from '../digest.ts';
import { type Json, objectOf, textOf, textsOf } from '../json.ts';
import type { LayerInput } from '../layer/layer-input.ts';
import { parsePlatform, showPlatform } from '../platform.ts';
import type { Image } from '../types.ts';
import { endpoints } from './endpoints.ts';
import { Engine } from './engine.ts';
import { Export } from './export.ts';

/** API versions from which on an image's platform can be chosen. */
const inspectPlatform = 1.49;
const exportPlatform = 1.48;

/** Opens an image of the local container engine. Throws SOURCE_NOT_FOUND or DAEMON_UNREACHABLE. */
export async function openDaemon(image: string, reference: string, context: Context): Promise<Image> {
  const found = await findImage(image, context);
  if (found.kind === 'found') return openFound(found, image, reference, context);
  if (found.kind === 'unreachable') throw found.error;
  throw new BerthwatchError('SOURCE_NOT_FOUND', `the container engine has no image ${image}`, {
    place: found.places.join(', '),
    next: `pull it first, or read it from its registry with registry:${image}`,
  });
}

/** As above; undefined when no engine has it or can be asked. */
export async function openDaemonIfThere(
  image: string,
  reference: string,
  context: Context,
): Promise<Image | undefined> {
  const found = await findImage(image, context).catch((error: unknown) => {
    // An address that can't be used is no reason not to ask a registry.
    if (error instanceof BerthwatchError) return undefined;
    throw error;
  });
  return found?.kind === 'found' ? openFound(found, image, reference, context) : undefined;
}

interface FoundImage {
  kind: 'found';
  engine: Engine;
  document: Json;
  apiVersion: number;
}

type Search = FoundImage | { kind: 'absent'; places: string[] } | { kind: 'unreachable'; error: unknown };

/** Asks every engine that answers. The first trouble other than "nobody there" is the one worth telling. */
async function findImage(image: string, context: Context): Promise<Search> {
  const places: string[] = [];
  const errors: BerthwatchError[] = [];
  for (const endpoint of endpoints(context.env)) {
    const engine = new Engine(endpoint, context.options.signal);
    try {
      const answer = await engine.inspect(image, undefined);
      places.push(endpoint.name);
      if (answer)
        return { kind: 'found', engine, document: answer.document, apiVersion: Number(answer.apiVersion) };
    } catch (error) {
      if (!(error instanceof BerthwatchError)) throw error;
      errors.push(error);
    }
  }
  if (places.length > 0) return { kind: 'absent', places };
  return { kind: 'unreachable', error: errors.find((error) => !isNobodyThere(error)) ?? errors[0] };
}

function isNobodyThere(error: BerthwatchError): boolean {
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

async function openFound(
  found: FoundImage,
  image: string,
  reference: string,
  context: Context,
): Promise<Image> {
  const { engine } = found;
  const { platform } = context.options;
  const wanted = platform === undefined ? undefined : showPlatform(parsePlatform(platform));
  const canChoose = wanted !== undefined && found.apiVersion >= inspectPlatform;
  const document = canChoose
    ? ((await engine.inspect(image, wanted))?.document ?? found.document)
    : found.document;
  const root = objectOf(document);
  const id = textOf(root.Id);
  const own = [root.Os, root.Architecture, root.Variant].map(textOf).join('/');
  const layers = textsOf(objectOf(root.RootFS).Layers);
  const exported = new Export(
    engine,
    image,
    found.apiVersion >= exportPlatform ? wanted : undefined,
    context,
  );
  const inputs = layers.map(
    (diffId, number): LayerInput => ({
      label: layerLabel(number, layers.length, shortDigest(diffId)),
      digest: undefined,
      // The engine names its images by their content; it is believed about its own images only.
      cacheKey: id === '' ? undefined : ['docker', engine.endpoint.name, id, own, number].join('\0'),
      content: { kind: 'deferred', open: () => exported.layer(number, layers.length) },
    }),
  );
  const close = () => exported.close();
  try {
    const digest = id === '' ? null : id;
    return await assemble(
      { reference, kind: 'docker', digest, config: document, layers: inputs, close },
      context,
    );
  } catch (error) {
    close();
    throw error;
  }
}
