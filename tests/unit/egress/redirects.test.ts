import { deepEqual, equal, throws } from "node:assert/strict";
import { isRedirect, redirectTarget } from "../../../functions/lib/egress/redirects";

const platform = {
  url: "https://api.example.com/v1",
  redirectHosts: ["storage.example.net", "8.8.8.8", "10.0.0.5", "[::1]", "[2600::1]"],
};
const asked = new URL("https://api.example.com/v1/jobs/7/output");
const storage = new URL("https://storage.example.net/bucket/7");

describe("A redirect", () => {
  const followed: [location: string, target: string, from?: URL][] = [
    ["/v2/jobs/7/output", "https://api.example.com/v2/jobs/7/output"],
    ["content", "https://api.example.com/v1/jobs/7/content"],
    ["?part=1", "https://api.example.com/v1/jobs/7/output?part=1"],
    ["https://api.example.com:443/x", "https://api.example.com/x"],
    ["https://API.example.com/x", "https://api.example.com/x"],
    ["https://storage.example.net/b/7.zip?sig=a%2Fb", "https://storage.example.net/b/7.zip?sig=a%2Fb"],
    ["//storage.example.net/b", "https://storage.example.net/b"],
    ["HTTPS://STORAGE.example.net:443/b", "https://storage.example.net/b"],
    ["https://8.8.8.8/x", "https://8.8.8.8/x"],
    ["https://[2600::1]/x", "https://[2600::1]/x"],
    ["/moved", "https://storage.example.net/moved", storage],
    ["https://api.example.com/back", "https://api.example.com/back", storage],
    // As platforms send it, in UTF-8, and as Node reads it.
    [Buffer.from("/标签.json").toString("latin1"), "https://api.example.com/%E6%A0%87%E7%AD%BE.json"],
  ];
  for (const [location, target, from = asked] of followed) {
    it(`leads from ${from.host} to ${target}`, () => {
      equal(redirectTarget(platform, from, location).href, target);
    });
  }

  const rule =
    "A redirect is followed within the platform's origin, or over https on the default port to a host in redirectHosts";
  const insecure = `${rule}. Remedy: have it redirect to https://storage.example.net/.`;
  const withoutUser = `${rule}, and without user and password. Remedy: have it redirect without them.`;
  const noUrl = `${rule}; its Location has to be a URL. Remedy: have it send one.`;
  const publicOnly =
    "Redirects to other hosts are followed to public addresses only. " +
    "Remedy: remove the host from redirectHosts, or let it have only public addresses.";
  const unlisted: [location: string, named: string, host?: string][] = [
    ["https://evil.example/x?secret", "evil.example"],
    ["//evil.example/x", "evil.example"],
    ["http://evil.example:99/", "evil.example:99", "evil.example"],
    ["https://storage.example.net.evil.example/", "storage.example.net.evil.example"],
    ["https://x.storage.example.net/", "x.storage.example.net"],
    ["https://storage.example.net./", "storage.example.net."],
    ["http://api.example.com/x", "api.example.com"],
    ["https://api.example.com:8443/x", "api.example.com:8443", "api.example.com"],
    ["https://127.0.0.1/", "127.0.0.1"],
    ["https://2130706433/", "127.0.0.1"],
    ["https://0x7f.1/", "127.0.0.1"],
    ["https://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"],
    ["https://169.254.169.254/latest/meta-data", "169.254.169.254"],
  ];
  const refused: [location: string | undefined, message: string, from?: URL][] = [
    ...unlisted.map(([location, named, host = named]): [string, string] => [
      location,
      `${named}. ${rule}. Remedy: ${/^[\d.]+$|^\[/.test(host) ? "have it redirect to a host that has a name" : `add ${host} to redirectHosts of the platform if it is to be trusted`}.`,
    ]),
    ["http://storage.example.net/", `http://storage.example.net. ${insecure}`],
    ["https://storage.example.net:8443/", `https://storage.example.net:8443. ${insecure}`],
    ["/", `http://storage.example.net. ${insecure}`, new URL("http://storage.example.net/x")],
    ["https://10.0.0.5/x", `10.0.0.5. ${publicOnly}`],
    ["https://[::1]/x", `::1. ${publicOnly}`],
    ["https://me:pass@storage.example.net/", `storage.example.net. ${withoutUser}`],
    ["https://me@api.example.com/", `api.example.com. ${withoutUser}`],
    ...[undefined, "", "https://", "http://a b/", "file:///etc/passwd", "data:,x"].map(
      (location): [string | undefined, string] => [location, `nothing that can be followed. ${noUrl}`],
    ),
  ];
  for (const [location, message, from = asked] of refused) {
    it(`is refused to ${String(location)}`, () => {
      throws(() => redirectTarget(platform, from, location), {
        name: "EgressFailure",
        code: "RedirectRefused",
        message: `The platform redirects to ${message}`,
      });
    });
  }

  it("is what these statuses are, and no other", () => {
    const all = Array.from({ length: 500 }, (_, index) => 100 + index);
    deepEqual(all.filter(isRedirect), [301, 302, 303, 307, 308]);
    equal(isRedirect(undefined), false);
  });
});

describe("A redirect of a platform on plain HTTP, as in tests", () => {
  const local = { url: "http://127.0.0.1:8080/v1", redirectHosts: [] };
  const from = new URL("http://127.0.0.1:8080/v1/jobs/7/output");

  it("is followed within its origin", () => {
    equal(redirectTarget(local, from, "/x").href, "http://127.0.0.1:8080/x");
  });

  for (const location of ["http://127.0.0.1:9090/", "http://localhost:8080/", "https://127.0.0.1:8080/"]) {
    it(`is refused to ${location}`, () => {
      throws(() => redirectTarget(local, from, location), { code: "RedirectRefused" });
    });
  }
});
