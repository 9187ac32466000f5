import { isIPv4 } from 'node:net';

/** An IP address in one spelling: IPv4 dotted, IPv6 as RFC 5952, mapped IPv4 as IPv4; undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [address = '', zone] = text.split('%', 2);
  // The URL parser knows IPv6 as node:net does, and needs no large regular expression to be compiled first.
  const url = `http://[${address}]/`;
  if (!/^[0-9a-f:.]+$/i.test(address) || !URL.canParse(url)) return undefined;
  const canonical = new URL(url).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped)
    return dotted(
      Number.parseInt(mapped[1] as string, 16) * 65_536 + Number.parseInt(mapped[2] as string, 16),
    );
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

/** The numbers that inet_aton(3) takes: `127.1`, `0`, `0x7f000001`, octal parts. Undefined when it would not. */
export function shortAddress(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || parts.some((part) => !/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part)))
    return undefined;
  const numbers = parts.map((part) => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() as number;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  return dotted(numbers.reduce((sum, number, index) => sum + number * 256 ** (3 - index), last));
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** `[::1]` without its brackets; other texts as they are. */
export function unbracketed(text: string): string {
  return /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
}

/** A host as it stands before a port: an IPv6 address in brackets, once; other texts as they are. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
