import type { Declaration } from '../model/workload.ts';

/** Ports as an image's EXPOSE writes them: `80/tcp`, `53/udp`, `80`, `8000-8010/tcp`. Others are passed over. */
export function portsOf(texts: readonly string[]): Declaration['ports'] {
  const ports = new Map<string, Declaration['ports'][number]>();
  for (const text of texts) {
    const [, first, last = first, transport = 'tcp'] =
      /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(text) ?? [];
    if (transport !== 'tcp' && transport !== 'udp') continue;
    for (let port = Number(first); port <= Math.min(Number(last), 65_535); port++) {
      if (port > 0) ports.set(`${transport} ${port}`, { transport, port });
    }
  }
  return [...ports.values()];
}
