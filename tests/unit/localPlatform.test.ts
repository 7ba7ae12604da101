import { deepEqual, equal, throws } from "node:assert/strict";
import { webhookAuthentication, withPlatform } from "../../cli/platform";

const url = "http://127.0.0.1:8080";

describe("The egress configuration with the platform of the command line", () => {
  const cases: readonly (readonly [title: string, own: object | undefined, expected: object])[] = [
    ["of a stack that has none", undefined, { platform: { webhook: "token", url } }],
    [
      "of a stack without a platform",
      { lifecycle: [1] },
      { lifecycle: [1], platform: { webhook: "token", url } },
    ],
    [
      "of a stack with a platform",
      {
        lifecycle: [],
        platform: { name: "voxel51", url: "https://api.example.com", transform: "videoQuality" },
      },
      { lifecycle: [], platform: { webhook: "token", name: "voxel51", url, transform: "videoQuality" } },
    ],
    [
      "of a stack that says how its webhook is known",
      { platform: { url: "https://api.example.com", webhook: "signature" } },
      { platform: { webhook: "signature", url } },
    ],
    // The program says what is wrong with it.
    [
      "of a stack with a mistake beside it",
      { platfrom: {} },
      { platfrom: {}, platform: { webhook: "token", url } },
    ],
  ];
  for (const [title, own, expected] of cases) {
    it(`keeps the rest ${title}`, () => {
      deepEqual(JSON.parse(withPlatform(own && JSON.stringify(own), url)), expected);
    });
  }

  const refused: readonly (readonly [own: string, message: string])[] = [
    ["true", "jobrelay:egress is true, and no map."],
    ["[]", "jobrelay:egress is [], and no map."],
    ["voxel51", 'jobrelay:egress is "voxel51", and no map.'],
    ['{"platform":"voxel51"}', 'jobrelay:egress platform is "voxel51", and no map.'],
  ];
  for (const [own, message] of refused) {
    it(`cannot be made of ${own}`, () => {
      throws(() => withPlatform(own, url), { name: "StackConfigError", message });
    });
  }
});

describe("The webhook of an egress configuration", () => {
  const cases: readonly (readonly [egress: string, expected: string])[] = [
    ["{}", "signature"],
    ['{"platform":{}}', "signature"],
    ['{"platform":{"webhook":"signature"}}', "signature"],
    ['{"platform":{"webhook":"token"}}', "token"],
    [withPlatform(undefined, url), "token"],
  ];
  for (const [egress, expected] of cases) {
    it(`is known by a ${expected} with ${egress}`, () => equal(webhookAuthentication(egress), expected));
  }
});
