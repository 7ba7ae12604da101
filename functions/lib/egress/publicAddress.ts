import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { egressFailure, type EgressError } from "./errors";

/**
 * What is not the internet of the others: private, loopback, link-local, shared, multicast, reserved, examples, relays.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const specialIpv4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/**
 * All of IPv6 but 2000::/3 is no public address either: loopback, IPv4-mapped, NAT64, unique local, link-local,
 * multicast, unassigned. Within it: protocol assignments with Teredo, examples, 6to4.
 * Source: https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const specialIpv6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

/** Whether an address, IPv4 or IPv6 without brackets, is one that anybody on the internet could reach. */
export function isPublicAddress(address: string): boolean {
  // Made anew each time: a serialised function can keep no native object.
  const special = new BlockList();
  switch (isIP(address)) {
    case 4:
      for (const [network, prefix] of specialIpv4) special.addSubnet(network, prefix, "ipv4");
      return !special.check(address, "ipv4");
    case 6: {
      const unicast = new BlockList();
      unicast.addSubnet("2000::", 3, "ipv6");
      for (const [network, prefix] of specialIpv6) special.addSubnet(network, prefix, "ipv6");
      return unicast.check(address, "ipv6") && !special.check(address, "ipv6");
    }
    default:
      return false;
  }
}

/** Finds all addresses of a host, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A connection's own lookup, so that what is checked is what is connected to: it refuses a host that has an address
 * which is not public.
 */
export function publicLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || first === undefined) return callback(error ?? noAddress(hostname), "", 0);
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused) return callback(notPublic(hostname, refused.address), "", 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/** @param host of a redirect */
export function notPublic(host: string, address: string): EgressError {
  const found = host === address ? host : `${host}, which is ${address}`;
  return egressFailure(
    "RedirectRefused",
    `The platform redirects to ${found}. Redirects to other hosts are followed to public addresses only. ` +
      `Remedy: remove the host from redirectHosts, or let it have only public addresses.`,
  );
}

function noAddress(hostname: string): Error {
  return new Error(`${hostname} has no address`);
}
