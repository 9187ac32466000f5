import type { Certainty, Evidence, Finding } from './evidence.ts';
import type { ViaStep } from './launch.ts';

export type Transport = 'tcp' | 'udp' | 'unix';

/** A socket that a process listens on or will. */
export interface Listener {
  /** The server that holds the socket, by its pack's name. */
  app: string;
  /** An application inside that server, for instance WordPress in php-fpm. */
  serves?: string[];
  /** The executable's path in the image. */
  process: string;
  transport: Transport;
  /** IPv4 or IPv6 address without brackets; `0.0.0.0`, `::`; empty for `unix`. A name where it can't be resolved. */
  address: string;
  /** 0 where the kernel chooses the port, and for `unix`. */
  port: number;
  /** Last port of a range of which the process takes one or all. */
  portEnd?: number;
  /** For `unix`: the socket's path; `@name` for an abstract one. */
  path?: string;
  /** client, admin, cluster, http … */
  purpose: string;
  certainty: Certainty;
  evidence: Evidence[];
}

/** An address that an app's config makes it connect to. */
export interface Peer {
  app: string;
  transport: Transport;
  host: string;
  /** 0 when it could not be known. */
  port: number;
  path?: string;
  purpose: string;
  certainty: Certainty;
  evidence: Evidence[];
}

export interface ProfileLaunch {
  /** The pack's name; null for a program that no pack knows. */
  app: string | null;
  exe: string;
  argv: string[];
  /** Names only: values may be secrets. */
  env: string[];
  user: string;
  cwd: string;
  via: ViaStep[];
  certainty: Certainty;
  configs: { path: string; syntax: string }[];
}

export interface ProfileSource {
  reference: string;
  kind: string;
  /** The image's config digest or manifest digest; null for a folder. */
  digest: string | null;
  /** `linux/amd64`; null where not known. */
  platform: string | null;
}

/** The result of one scan; its JSON is a contract (`docs/profile.schema.json`). */
export interface Profile {
  schema: 'berthwatch/profile/v1';
  source: ProfileSource;
  launches: ProfileLaunch[];
  listeners: Listener[];
  peers: Peer[];
  exposed: { transport: 'tcp' | 'udp' | 'sctp'; port: number }[];
  findings: Finding[];
}
