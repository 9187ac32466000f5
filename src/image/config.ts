import { type Json, objectOf, textOf, textsOf } from './json.ts';
import type { ImageConfig } from './types.ts';

/** Reads an image config (OCI image-spec, "Image Configuration"; Docker's has the same names). */
export function parseConfig(document: Json): ImageConfig {
  const root = objectOf(document);
  const config = objectOf(root.config ?? root.Config);
  const labels = Object.entries(objectOf(config.Labels)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return {
    entrypoint: words(config.Entrypoint),
    cmd: words(config.Cmd),
    env: textsOf(config.Env),
    workdir: textOf(config.WorkingDir),
    user: textOf(config.User),
    exposed: Object.keys(objectOf(config.ExposedPorts)),
    labels: Object.fromEntries(labels),
    os: textOf(root.os ?? root.Os),
    architecture: textOf(root.architecture ?? root.Architecture),
    variant: textOf(root.variant ?? root.Variant),
    healthcheck: textsOf(objectOf(config.Healthcheck).Test),
    stopSignal: textOf(config.StopSignal),
  };
}

/** Docker once wrote a single word as a plain string. */
function words(value: Json | undefined): string[] {
  return typeof value === 'string' ? [value] : textsOf(value);
}

export const emptyConfig: ImageConfig = parseConfig({});

/** Digests of the uncompressed layers, lowest first: claims until somebody hashes them. */
export function diffIds(document: Json): string[] {
  return textsOf(objectOf(objectOf(document).rootfs).diff_ids);
}

/** `linux/arm/v7`, or null where the config does not say. */
export function platformOf(config: ImageConfig): string | null {
  const parts = [config.os, config.architecture, config.variant].filter(Boolean);
  return config.os && config.architecture ? parts.join('/') : null;
}
