import type { Finding, Severity } from '../model/evidence.ts';
import { type Bounds, Budget, defaultBounds } from './bounds.ts';
import { LayerCache } from './cache/layer-cache.ts';
import { defaultCacheBytes, defaultCacheDir } from './cache/place.ts';
import { type Keeper, type KeepPolicy, keepBody, policyFingerprint } from './layer/policy.ts';
import type { ImageOptions, Progress } from './types.ts';

/** What every step of opening one image needs. Built once from the options. */
export interface Context {
  bounds: Bounds;
  budget: Budget;
  /** Which bodies of layers are kept. */
  keep: Keeper;
  cache: LayerCache | undefined;
  findings: Finding[];
  env: Readonly<Record<string, string | undefined>>;
  options: ImageOptions;
  progress: (progress: Progress) => void;
  /** Throws when the user gave up. */
  check: () => void;
}

export function makeContext(options: ImageOptions): Context {
  const policy: KeepPolicy = { executables: options.executables ?? new Set() };
  const env = options.env ?? process.env;
  const { enabled = true, dir = defaultCacheDir(env), maxBytes = defaultCacheBytes } = options.cache ?? {};
  const bounds = { ...defaultBounds, ...options.bounds };
  return {
    bounds,
    budget: new Budget(bounds),
    keep: (path, size, mode) => keepBody(path, size, mode, policy),
    cache: enabled ? new LayerCache(dir, maxBytes, policyFingerprint(policy)) : undefined,
    findings: [],
    env,
    options,
    progress: options.progress ?? (() => {}),
    check: () => options.signal?.throwIfAborted(),
  };
}

export function addFinding(context: Context, id: string, severity: Severity, message: string): void {
  context.findings.push({ id, severity, message, evidence: [] });
}
