import { deepEqual, match } from "node:assert/strict";
import { CatalogueError } from "../../components/catalogue/catalogueError";
import { parseCatalogue } from "../../components/catalogue/parseCatalogue";
import { parseEgress } from "../../components/catalogue/parseEgress";

const transforms = ["videoQuality"];
const url = "https://api.example.com/v1";

/** What is wrong with a configuration, as keys, values and rules. */
function issuesOf(config: unknown) {
  try {
    parseEgress(config, transforms);
    return [];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.issues;
  }
}

describe("The configuration of egress", () => {
  it("may be missing: outputs are kept for ever, and no platform is listened to", () => {
    deepEqual(parseEgress(undefined, transforms), { lifecycle: [] });
  });

  it("is read with defaults for what it does not say", () => {
    deepEqual(parseEgress({ platform: { url: `${url}//` } }, transforms), {
      lifecycle: [],
      platform: { name: "platform", url, redirectHosts: [], webhook: "signature" },
    });
  });

  it("is read with everything that it says", () => {
    const config = {
      lifecycle: [
        { prefix: "voxel51/", moveAfter: "30d", moveTo: "STANDARD_IA", expireAfter: "3650d" },
        { moveAfter: "1d", moveTo: "GLACIER_IR" },
        { prefix: "outputs/", expireAfter: "48h" },
      ],
      platform: {
        name: "voxel51",
        url: "http://127.0.0.1:8080",
        redirectHosts: ["storage.googleapis.com"],
        webhook: "token",
        transform: "videoQuality",
      },
    };
    deepEqual(parseEgress(config, transforms), {
      lifecycle: [
        { prefix: "voxel51/", move: { days: 30, storageClass: "STANDARD_IA" }, expireDays: 3650 },
        { prefix: "", move: { days: 1, storageClass: "GLACIER_IR" } },
        { prefix: "outputs/", expireDays: 2 },
      ],
      platform: { ...config.platform },
    });
  });

  const platform = (change: object) => ({ platform: { url, ...change } });
  const rule = (change: object) => ({ lifecycle: [{ prefix: "a/", expireAfter: "9d", ...change }] });
  const malformed: [title: string, config: unknown, key: string, rule: RegExp][] = [
    ["it is text", "s3", "egress", /a map with lifecycle and platform/],
    ["a key is misspelt", { platfrom: {} }, "egress.platfrom", /known keys are lifecycle, platform/],
    ["the platform is a URL", { platform: url }, "egress.platform", /a map with name, url/],
    ["the platform has no URL", { platform: {} }, "egress.platform.url", /an https URL/],
    ["its URL is plain HTTP", platform({ url: "http://api.example.com" }), "egress.platform.url", /https/],
    ["its URL has a password", platform({ url: "https://a:b@example.com" }), "egress.platform.url", /user/],
    ["its URL has a query", platform({ url: `${url}?a=b` }), "egress.platform.url", /query/],
    ["its URL is none", platform({ url: "api" }), "egress.platform.url", /https/],
    ["its name is a path", platform({ name: "../a" }), "egress.platform.name", /a letter, then/],
    [
      "its name is that of the stack's own outputs",
      platform({ name: "outputs" }),
      "egress.platform.name",
      /not outputs/,
    ],
    [
      "a host has a scheme",
      platform({ redirectHosts: [url] }),
      "egress.platform.redirectHosts",
      /host names/,
    ],
    [
      "a host is an address",
      platform({ redirectHosts: ["10.0.0.1"] }),
      "egress.platform.redirectHosts",
      /not addresses/,
    ],
    ["hosts are text", platform({ redirectHosts: "a.b" }), "egress.platform.redirectHosts", /a list/],
    [
      "senders need not show who they are",
      platform({ webhook: "none" }),
      "egress.platform.webhook",
      /one of signature, token/,
    ],
    [
      "a transform is unknown",
      platform({ transform: "zip" }),
      "egress.platform.transform",
      /registered .*videoQuality/,
    ],
    ["a rule is text", { lifecycle: ["a/"] }, "egress.lifecycle[0]", /a rule is a map/],
    ["the rules are a map", { lifecycle: {} }, "egress.lifecycle", /a list of rules/],
    [
      "a rule does nothing",
      { lifecycle: [{ prefix: "a/" }] },
      "egress.lifecycle[0]",
      /moves objects, or expires/,
    ],
    [
      "a rule's days are hours",
      rule({ expireAfter: "12h" }),
      "egress.lifecycle[0].expireAfter",
      /whole days/,
    ],
    [
      "objects expire before they move",
      rule({ moveAfter: "30d" }),
      "egress.lifecycle[0].expireAfter",
      /after they have moved/,
    ],
    [
      "objects move too young",
      rule({ moveAfter: "5d" }),
      "egress.lifecycle[0].moveAfter",
      /after 30 days at the earliest/,
    ],
    [
      "a storage class is unknown",
      rule({ moveAfter: "5d", moveTo: "COLD" }),
      "egress.lifecycle[0].moveTo",
      /one of/,
    ],
    [
      "objects move nobody knows when",
      rule({ moveTo: "GLACIER" }),
      "egress.lifecycle[0].moveTo",
      /goes with moveAfter/,
    ],
    [
      "a prefix has two rules",
      { lifecycle: [{ expireAfter: "1d" }, { expireAfter: "2d" }] },
      "egress.lifecycle[1]",
      /one rule/,
    ],
  ];
  for (const [title, config, key, broken] of malformed) {
    it(`is refused when ${title}`, () => {
      const [issue] = issuesOf(config);
      deepEqual(issue?.key, key);
      match(issue?.rule ?? "", broken);
    });
  }

  it("keeps its process's name to itself", () => {
    const catalogue = { egress: { steps: [{ invoke: "sleep" }] } };
    const parse = () => parseCatalogue(catalogue, { functions: ["sleep"], retentionDays: 7 });
    match(String(attempt(parse)), /jobrelay:processes\.egress .*\n +rule: egress is the process of the jobs/);
  });
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
