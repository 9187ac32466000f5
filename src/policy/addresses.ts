import { isIP } from 'node:net';

const anyV4 = '0.0.0.0';
const anyV6 = '::';

/** Whether all that reaches `inner` also reaches `outer`. `::` takes IPv4 too unless something says otherwise. */
export function covers(outer: string, inner: string): boolean {
  if (outer === inner || outer === anyV6) return true;
  return outer === anyV4 && isIP(inner) === 4;
}

/** Whether a connection can be meant for both. */
export function overlaps(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

/** Whether it is an IP address: a config may name a host that can't be resolved. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}
