import type { Finding } from '../model/evidence.ts';
import type { ProfileSource } from '../model/profile.ts';
import type { FileTree } from '../rootfs/tree.ts';
import type { Bounds } from './bounds.ts';

/** What an image's config says of how to run it (OCI image-spec, "Image Configuration"). */
export interface ImageConfig {
  entrypoint: string[];
  cmd: string[];
  /** `NAME=value`, later entries win. */
  env: string[];
  workdir: string;
  /** `name`, `uid`, `name:group`, `uid:gid`; empty for root. */
  user: string;
  /** `80/tcp`, `53/udp`. */
  exposed: string[];
  labels: Record<string, string>;
  /** Empty when not known. */
  os: string;
  architecture: string;
  variant: string;
  healthcheck: string[];
  stopSignal: string;
}

/** An image that is open: its config and its files. */
export interface Image {
  source: ProfileSource;
  config: ImageConfig;
  tree: FileTree;
  /** The layers that have a file, the one that counts first, as findings call them; none for a folder. */
  layersOf(path: string): string[];
  /** What was lost, damaged or odd when it was read. `load` may add to it. */
  findings: Finding[];
  /** Paths of files whose content was asked for and must be loaded first. */
  pending(): string[];
  /** Loads contents. Afterwards none of the paths is pending; what can't be loaded is unreadable, with a reason. */
  load(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface CacheOptions {
  /** Default: the user's cache folder. */
  dir?: string | undefined;
  /** Default: true. */
  enabled?: boolean | undefined;
  /** Bytes on disk; default 512 MiB. */
  maxBytes?: number | undefined;
}

export interface ImageOptions {
  /** `linux/arm64`, `linux/arm/v7`; default: Linux on this machine's processor. */
  platform?: string | undefined;
  cache?: CacheOptions | undefined;
  /** Registries: allow http, and certificates that nobody vouches for. */
  insecure?: boolean | undefined;
  /** Registries: file with more certificate authorities, PEM. */
  caFile?: string | undefined;
  /** Registries: how often and how patiently to try again. */
  retry?: { attempts?: number; delay?: number } | undefined;
  /** Base names of programs whose bodies are wanted, for their compiled-in defaults. */
  executables?: ReadonlySet<string> | undefined;
  progress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** Environment to read settings from; default `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  bounds?: Partial<Bounds> | undefined;
}

export interface Progress {
  phase: 'fetch' | 'unpack' | 'index';
  /** What is being read: `layer 2 of 5`, an archive's name. */
  what: string;
  bytes: number;
  /** Bytes in all, where known. */
  total: number | undefined;
}
