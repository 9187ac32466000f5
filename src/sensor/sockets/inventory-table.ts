/** One row of /proc/PID/net/{raw,raw6,icmp,icmp6,packet}. */
export interface InventoryRow {
  /** Of IP or, for a packet socket, of Ethernet. */
  protocol: number;
  inode: number;
}

/** Rows of a table of raw, ping or packet sockets; the first line is its head. */
export function parseInventory(text: string, kind: 'raw' | 'ping' | 'packet'): InventoryRow[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      // packet: `sk RefCnt Type Proto Iface R Rmem User Inode`; the others stand as TCP's rows, the protocol as the port.
      const protocol = kind === 'packet' ? fields[3] : fields[1]?.split(':')[1];
      const inode = Number(kind === 'packet' ? fields[8] : fields[9]);
      if (protocol === undefined || !Number.isSafeInteger(inode) || inode === 0) return [];
      return [{ protocol: Number.parseInt(protocol, 16), inode }];
    });
}
