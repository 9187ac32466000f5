/** `raw` and `packet` sockets need no port to be reached: they take what arrives below TCP and UDP (raw(7), packet(7)). */
export type SocketKind = 'tcp' | 'udp' | 'raw' | 'packet';

/** A socket that others can reach: a TCP listener, a UDP socket without a peer, any raw or packet socket. */
export interface Socket {
  transport: SocketKind;
  /** Without brackets; `::` also where the kernel does not say whether IPv4 is taken too; empty for a packet socket. */
  address: string;
  /** Of a raw socket the protocol of IP, of a packet socket that of Ethernet (3: all). */
  port: number;
  /** Unique on the host for as long as the socket lives. */
  inode: number;
  /** The inode of its network namespace. */
  namespace: number;
  /** The owner's user id on the host. */
  uid: number;
  /** A TCP or UDP socket of IPv6 that takes no IPv4; left out where the sensor can't tell. */
  isV6Only?: boolean;
}

/** Where an executable or a config file came from. */
export type Origin =
  /** A layer of the image; on a plain host: the file system. */
  | 'image'
  /** Made or changed inside the container after it was created. */
  | 'writable-layer'
  /** A volume, a bind mount, a tmpfs: anything mounted over the image. */
  | 'mount'
  /** No file at all: memfd, or one deleted since. */
  | 'memory';

/** How a process came into its container. */
export type Entry =
  /** It is the first process or descends from it. */
  | 'start'
  /** It descends from a process that was put in later, as `docker exec` does. */
  | 'exec';

/** One step of the way from a process up to the container's first one. */
export interface Ancestor {
  pid: number;
  /** As `Process.exe`. */
  exe: string;
}

/** A process as the kernel shows it, and as it was when it last executed a program. */
export interface Process {
  /** As the host counts. */
  pid: number;
  /** Clock ticks since the host started: with the pid it names one process for ever. */
  startTime: number;
  /** When it executed its program, milliseconds since 1970; left out where that was not seen. */
  executedAt?: number;
  /** The executable's path in the process's own root; `memfd:name` for one without a file. */
  exe: string;
  /** Of the executable. */
  device: number;
  inode: number;
  origin: Origin;
  /** As given at exec where that was seen, else as the process shows it now. */
  argv: readonly string[];
  /** The program may have rewritten `argv`: it was not seen at exec. */
  isArgvLate: boolean;
  uid: number;
  /** In its own root. */
  cwd: string;
  entry: Entry;
  /** Parents, nearest first, up to the container's first process. */
  lineage: readonly Ancestor[];
}

/** One socket, who holds it, and how that was seen. */
export interface Observation {
  socket: Socket;
  /** Processes with a descriptor of it; empty where none could be found (`unresolved` says why). */
  holders: readonly Process[];
  unresolved?: string;
  /** When it was first seen, milliseconds since 1970. */
  since: number;
  /** An event of the kernel, or the difference between two looks at its tables. */
  source: 'event' | 'pass';
}
