import { canonicalAddress, shortAddress, unbracketed } from '../base/addresses.ts';
import { isUnknown, showUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { HostRules } from '../pack/schema.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** The addresses that a host text stands for. */
export interface Resolution {
  addresses: string[];
  /** False where the text is a name that only the running container can resolve; `addresses` then holds the name. */
  isKnown: boolean;
  /** The text can be no name at all, so nothing will ever resolve it. */
  isImpossible?: boolean;
}

/** Resolves host texts as the program will inside the container. */
export class HostResolver {
  readonly #hosts: ReadonlyMap<string, readonly string[]>;
  readonly #ipv6: boolean;

  constructor(rootfs: Rootfs, ipv6: boolean) {
    this.#hosts = readHosts(rootfs.readText('/etc/hosts', 256 * 1024) ?? '');
    this.#ipv6 = ipv6;
  }

  resolve(text: string, rules: HostRules, names: Names): Resolution {
    const any = rules.any?.[text];
    if (any !== undefined) {
      const addresses = evaluate(any, names);
      return {
        addresses: Array.isArray(addresses) ? addresses.map(String) : [String(addresses)],
        isKnown: true,
      };
    }
    if (isUnknown(text)) return { addresses: [showUnknown(text)], isKnown: false };
    const host = unbracketed(text);
    const literal = socketAddress(host) ?? (rules.short ? shortAddress(host) : undefined);
    if (literal !== undefined) return { addresses: [literal], isKnown: true };
    return this.#resolveName(host, rules, names);
  }

  #resolveName(name: string, rules: HostRules, names: Names): Resolution {
    const all = this.#hosts.get(name.toLowerCase()) ?? localNames.get(name.toLowerCase()) ?? [];
    const v4 = [...new Set(all.map(asIPv4))].filter((address) => !address.includes(':'));
    const wantsAll = this.#ipv6 && (rules.ipv6 === undefined || evaluate(rules.ipv6, names) === true);
    const family = rules.family === undefined ? '' : evaluate(rules.family, names);
    const usable = ofFamily(wantsAll && rules.names !== 'ipv4' ? all : v4, family);
    const preferred = rules.names === 'ipv4First' && v4.length > 0 ? v4.slice(0, 1) : firstOf(usable);
    const chosen = rules.names === 'all' ? usable : preferred;
    if (chosen.length > 0) return { addresses: [...chosen], isKnown: true };
    if (all.length > 0 && family !== '') return { addresses: [], isKnown: true, isImpossible: true };
    if (!isHostName(name)) return { addresses: [], isKnown: true, isImpossible: true };
    return { addresses: rules.unresolved === 'skip' ? [] : [name], isKnown: false };
  }
}

/** The C library sorts IPv6's addresses first where the host has IPv6 (RFC 6724, section 2.1). */
function firstOf(addresses: readonly string[]): readonly string[] {
  const v6 = addresses.filter((address) => address.includes(':'));
  return (v6.length > 0 ? v6 : addresses).slice(0, 1);
}

function ofFamily(addresses: readonly string[], family: Value): readonly string[] {
  if (family !== 'ipv4' && family !== 'ipv6') return addresses;
  return addresses.filter((address) => address.includes(':') === (family === 'ipv6'));
}

/** The C library gives IPv4's loopback address for a name that has IPv6's only, when it is asked for IPv4. */
function asIPv4(address: string): string {
  return address === '::1' ? '127.0.0.1' : address;
}

/** An IPv4 address inside an IPv6 one stays there: the socket is an IPv6 one. */
function socketAddress(text: string): string | undefined {
  const address = canonicalAddress(text);
  const isMapped = address !== undefined && text.includes(':') && !address.includes(':');
  return isMapped ? `::ffff:${address}` : address;
}

/**
 * Letters, digits, `-`, `_` and dots (RFC 1123, and what resolvers take besides); `.invalid` never resolves (RFC 6761), nor
 * does what looks like an IPv4 address and is none (RFC 1123, 2.1).
 */
function isHostName(text: string): boolean {
  const isName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/i.test(text);
  return isName && !/(^|\.)invalid\.?$|^[\d.]*\.[\d.]*$/i.test(text);
}

/** What container engines write into a container's own hosts file. */
const localNames = new Map([
  ['localhost', ['127.0.0.1', '::1']],
  ['ip6-localhost', ['::1']],
  ['ip6-loopback', ['::1']],
]);

function readHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [literal = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = canonicalAddress(literal);
    if (address === undefined) continue;
    for (const name of names) {
      const known = hosts.get(name.toLowerCase()) ?? [];
      if (!known.includes(address)) hosts.set(name.toLowerCase(), [...known, address]);
    }
  }
  return hosts;
}
