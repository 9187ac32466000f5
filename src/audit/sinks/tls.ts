import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Files in PEM form. */
export interface TlsFiles {
  /** Authorities that are trusted besides the public ones. */
  caFile?: string;
  /** What this host shows of itself, where the receiver asks for it. */
  certFile?: string;
  keyFile?: string;
}

/** Throws the system's error where a file can't be read. */
export function readTls(files: TlsFiles): { ca?: string[]; cert?: string; key?: string } {
  const read = (path: string) => readFileSync(path, 'utf8');
  return {
    ...(files.caFile === undefined ? {} : { ca: [...rootCertificates, read(files.caFile)] }),
    ...(files.certFile === undefined ? {} : { cert: read(files.certFile) }),
    ...(files.keyFile === undefined ? {} : { key: read(files.keyFile) }),
  };
}
