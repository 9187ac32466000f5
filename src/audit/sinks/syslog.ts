import { createSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';
import type { Audit } from '../../model/audit.ts';
import { DeliveryError, type Encode, type Sink } from './sink.ts';
import { type MessageOptions, syslogMessage, withinBytes } from './syslog-message.ts';
import { readTls, type TlsFiles } from './tls.ts';

export interface SyslogOptions extends MessageOptions, TlsFiles {
  name: string;
  protocol: 'udp' | 'tcp' | 'tls';
  host: string;
  /** 514 for UDP and TCP, 6514 for TLS (RFC 5425 section 4.1). */
  port?: number;
  /** `summary`: one sentence beside the structured data; `json`: the whole audit in the sink's format. */
  text?: 'summary' | 'json';
  /** Of a datagram; RFC 5426 section 3.2 asks receivers for 2048. */
  maxBytes?: number;
  /**
   * TCP and TLS have no receipts. A receiver that has closed its side without an error has read all: that is waited
   * for, unless this is false, for receivers that never close.
   */
  confirm?: boolean;
  /** Milliseconds for one batch. */
  timeoutMs?: number;
}

export function syslogSink(options: SyslogOptions, encode: Encode): Sink {
  const textOf = options.text === 'json' ? encode : (audit: Audit) => audit.forensics.summary;
  const messageOf = (audit: Audit) => syslogMessage(audit, textOf(audit).replace(/\p{Cc}/gu, ' '), options);
  if (options.protocol === 'udp') return udpSink(options, messageOf);
  const open = opener(options);
  return {
    name: options.name,
    deliver: (batch, signal) => {
      const frames = Buffer.concat(batch.map((audit) => frame(messageOf(audit))));
      return send(
        open,
        frames,
        { confirm: options.confirm ?? true, timeoutMs: options.timeoutMs ?? 10_000 },
        signal,
      );
    },
  };
}

/** Octet counting: RFC 6587 section 3.4.1, RFC 5425 section 4.3. */
function frame(message: string): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

function opener(options: SyslogOptions): () => Promise<Socket> {
  const { host } = options;
  if (options.protocol === 'tcp') return async () => connect({ host, port: options.port ?? 514 });
  const files = readTls(options);
  return async () => {
    const tls = await import('node:tls');
    const port = options.port ?? 6514;
    const isName = !isIPv6(host) && !/^[\d.]+$/.test(host);
    return tls.connect({
      host,
      port,
      minVersion: 'TLSv1.2',
      ...files,
      ...(isName ? { servername: host } : {}),
    });
  };
}

/** One connection a batch: its orderly end is the only receipt there is. */
async function send(
  open: () => Promise<Socket>,
  bytes: Buffer,
  { confirm, timeoutMs }: { confirm: boolean; timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const socket = await open();
  const stop = () => socket.destroy(new Error('the delivery was ended'));
  signal.addEventListener('abort', stop);
  const timer = setTimeout(() => socket.destroy(new Error(`no receipt within ${timeoutMs} ms`)), timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', (hadError) => {
        if (!hadError) resolve();
      });
      // A receiver that closes before all was written has not read all.
      socket.once('end', () => {
        if (!socket.writableFinished)
          socket.destroy(new Error('the receiver closed the connection too early'));
      });
      if (!confirm) socket.once('finish', () => resolve());
      socket.resume();
      socket.end(bytes);
    });
  } catch (error) {
    throw new DeliveryError((error as Error).message, { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** RFC 5426: nobody says whether a datagram arrived; only errors of this host and its network are seen. */
function udpSink(options: SyslogOptions, messageOf: (audit: Audit) => string): Sink {
  const bytes = options.maxBytes ?? 2048;
  return {
    name: options.name,
    deliver: async (batch) => {
      const socket = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
      const failure = new Promise<never>((_, reject) => socket.once('error', reject));
      failure.catch(() => {});
      let delivered = 0;
      try {
        for (const audit of batch) {
          const message = withinBytes(messageOf(audit), bytes);
          const sent = new Promise<void>((resolve, reject) => {
            socket.send(message, options.port ?? 514, options.host, (error) =>
              error ? reject(error) : resolve(),
            );
          });
          await Promise.race([sent, failure]);
          delivered++;
        }
      } catch (error) {
        throw new DeliveryError((error as Error).message, { delivered, cause: error });
      } finally {
        socket.close();
      }
    },
  };
}
