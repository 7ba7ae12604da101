import { deepEqual, equal, match } from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { isPublicAddress, publicLookup } from "../../../functions/lib/egress/publicAddress";

describe("A public address", () => {
  const addresses: [what: string, isPublic: boolean, addresses: string[]][] = [
    ["IPv4 of others", true, ["1.1.1.1", "8.8.8.8", "142.250.74.123", "52.218.0.1", "223.255.255.255"]],
    ["this network", false, ["0.0.0.0", "0.255.255.255"]],
    ["beside this network", true, ["1.0.0.0"]],
    ["private, of 10/8", false, ["10.0.0.0", "10.1.2.3", "10.255.255.255"]],
    ["beside 10/8", true, ["9.255.255.255", "11.0.0.0"]],
    ["private, of 172.16/12", false, ["172.16.0.0", "172.31.255.255"]],
    ["beside 172.16/12", true, ["172.15.255.255", "172.32.0.0"]],
    ["private, of 192.168/16", false, ["192.168.0.0", "192.168.255.255"]],
    ["beside 192.168/16", true, ["192.167.255.255", "192.169.0.0"]],
    ["shared by a carrier's customers", false, ["100.64.0.0", "100.127.255.255"]],
    ["beside 100.64/10", true, ["100.63.255.255", "100.128.0.0"]],
    ["loopback", false, ["127.0.0.1", "127.255.255.255"]],
    ["beside loopback", true, ["126.255.255.255", "128.0.0.0"]],
    ["link-local, with the metadata of AWS", false, ["169.254.0.0", "169.254.169.254", "169.254.255.255"]],
    ["beside link-local", true, ["169.253.255.255", "169.255.0.0"]],
    ["protocol assignments", false, ["192.0.0.0", "192.0.0.170", "192.0.0.255"]],
    ["examples", false, ["192.0.2.1", "198.51.100.1", "203.0.113.255"]],
    ["beside examples", true, ["192.0.1.255", "192.0.3.0", "198.51.99.255", "203.0.114.0"]],
    ["6to4 relays", false, ["192.88.99.1"]],
    ["benchmarks", false, ["198.18.0.0", "198.19.255.255"]],
    ["beside benchmarks", true, ["198.17.255.255", "198.20.0.0"]],
    ["multicast", false, ["224.0.0.0", "239.255.255.255"]],
    ["reserved, and broadcast", false, ["240.0.0.0", "255.255.255.254", "255.255.255.255"]],

    ["IPv6 of others", true, ["2a00:1450:4009:81f::200a", "2600:1f18::1", "2000::", "2606:4700::1111"]],
    ["unspecified and loopback", false, ["::", "::1"]],
    ["IPv4-mapped", false, ["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1", "0:0:0:0:0:ffff:808:808"]],
    ["IPv4-compatible and translated", false, ["::8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1"]],
    ["discarding, and assigned to nobody", false, ["100::1", "1fff:ffff::", "4000::", "5f00::1", "e000::1"]],
    ["unique local, with the metadata of AWS", false, ["fc00::", "fd00:ec2::254", "fdff:ffff::1"]],
    ["link-local and site-local", false, ["fe80::1", "febf::1", "fec0::1", "fe80::1%eth0"]],
    ["multicast of IPv6", false, ["ff02::1", "ffff::"]],
    ["protocol assignments and Teredo", false, ["2001::1", "2001:1ff:ffff::", "2001:2::1", "2001:20::1"]],
    ["beside protocol assignments", true, ["2001:200::1", "2001:4860:4860::8888"]],
    ["examples of IPv6", false, ["2001:db8::1", "2001:DB8:ffff::", "3fff::1", "3fff:fff:ffff::1"]],
    ["beside examples of IPv6", true, ["2001:db7::1", "2001:db9::1", "3ffe:ffff::1", "3fff:1000::1"]],
    ["6to4", false, ["2002:a00:1::1", "2002:7f00:1::"]],

    [
      "no address at all",
      false,
      ["", "localhost", "8.8.8", "8.8.8.8.8", "0x8.8.8.8", "[2600::1]", "8.8.8.8:80"],
    ],
  ];
  for (const [what, isPublic, cases] of addresses) {
    it(`is ${isPublic ? "" : "not "}one that is ${what}`, () => {
      deepEqual(
        cases.map((address) => [address, isPublicAddress(address)]),
        cases.map((address) => [address, isPublic]),
      );
    });
  }
});

describe("The lookup of a host that a redirect leads to", () => {
  type Found = readonly [error: unknown, found: unknown, family?: unknown];
  const ipv4 = (address: string): LookupAddress => ({ address, family: 4 });
  const ipv6 = (address: string): LookupAddress => ({ address, family: 6 });
  const look = (all: boolean, answer: LookupAddress[] | Error) =>
    new Promise<{ asked: unknown[]; found: Found }>((resolve) => {
      const asked: unknown[] = [];
      const lookup = publicLookup((hostname, options, callback) => {
        asked.push(hostname, options);
        if (answer instanceof Error) callback(answer, []);
        else callback(null, answer);
      });
      lookup("host.test", { all, hints: 32 }, (...found) => resolve({ asked, found }));
    });

  it("asks for all addresses, as the connection would", async () => {
    const { asked } = await look(false, [ipv4("8.8.8.8")]);
    deepEqual(asked, ["host.test", { all: true, hints: 32 }]);
  });

  const both = [ipv6("2600::1"), ipv4("8.8.8.8")];
  it("gives all of them to a connection that wants all", async () => {
    deepEqual((await look(true, both)).found, [null, both]);
  });

  it("gives the first to one that wants one", async () => {
    deepEqual((await look(false, both)).found, [null, "2600::1", 6]);
  });

  const refused: [title: string, addresses: LookupAddress[], named: string][] = [
    ["has a private address", [ipv4("10.0.0.1")], "10.0.0.1"],
    ["has a private address beside a public one", [ipv4("8.8.8.8"), ipv4("192.168.1.1")], "192.168.1.1"],
    ["has a private address of the other family", [ipv4("8.8.8.8"), ipv6("fd00:ec2::254")], "fd00:ec2::254"],
    ["leads to the metadata of AWS", [ipv4("169.254.169.254")], "169.254.169.254"],
  ];
  for (const [title, addresses, named] of refused) {
    for (const all of [true, false]) {
      it(`refuses a host that ${title}${all ? "" : ", when one is wanted"}`, async () => {
        const [error, ...nothing] = (await look(all, addresses)).found;
        const { name, code, message } = error as NodeJS.ErrnoException;
        deepEqual([name, code, ...nothing], ["EgressFailure", "RedirectRefused", "", 0]);
        equal(
          message,
          `The platform redirects to host.test, which is ${named}. Redirects to other hosts are followed to public ` +
            "addresses only. Remedy: remove the host from redirectHosts, or let it have only public addresses.",
        );
      });
    }
  }

  it("passes on what DNS says", async () => {
    const error = new Error("getaddrinfo ENOTFOUND host.test");
    equal((await look(true, error)).found[0], error);
  });

  it("fails for a host without addresses", async () => {
    match(String((await look(true, [])).found[0]), /host\.test has no address/);
  });
});
