import { deepEqual } from "node:assert/strict";
import { idempotencyKeyOf } from "../../functions/lib/idempotencyKey";

const rule = "It must be 1 to 255 printable ASCII characters.";
const refused = (why: string) => ({
  ...{ status: 400, title: "Bad Request" },
  detail: `The header Idempotency-Key ${why}. ${rule}`,
});

const single: [title: string, value: string, expected: object][] = [
  ["a UUID", "8e03978e-40d5-43e8-bc93-6894a57f9324", { key: "8e03978e-40d5-43e8-bc93-6894a57f9324" }],
  ["quoted, as the IETF's draft has it", '"k 1"', { key: '"k 1"' }],
  ["with space around it", "  k ", { key: "k" }],
  ["every printable character", " !~", { key: "!~" }],
  ["one character", "k", { key: "k" }],
  ["255 characters", "k".repeat(255), { key: "k".repeat(255) }],
  ["256 characters", "k".repeat(256), refused("has 256 characters")],
  ["empty", "", refused("is empty")],
  ["blank", "  ", refused("is empty")],
  ["beyond ASCII", "Zoë", refused("has characters that are not printable ASCII")],
  ["with a tab", "a\tb", refused("has characters that are not printable ASCII")],
  ["with a line break", "a\nb", refused("has characters that are not printable ASCII")],
  ["with DEL", "a\x7f", refused("has characters that are not printable ASCII")],
];

describe("An Idempotency-Key", () => {
  for (const [title, value, expected] of single) {
    it(`that is ${title}`, () => {
      deepEqual(
        idempotencyKeyOf({ headers: {}, multiValueHeaders: { "Idempotency-Key": [value] } }),
        expected,
      );
    });
  }

  const requests: [title: string, request: Parameters<typeof idempotencyKeyOf>[0], expected: object][] = [
    ["is absent", { headers: { Accept: "*/*" }, multiValueHeaders: {} }, {}],
    [
      "comes with no headers at all, as from the console's test page",
      { headers: null, multiValueHeaders: null } as never,
      {},
    ],
    [
      "stands among single headers only",
      { headers: { "idempotency-KEY": "k" }, multiValueHeaders: {} },
      { key: "k" },
    ],
    [
      "is given twice",
      { headers: {}, multiValueHeaders: { "Idempotency-Key": ["a", "a"] } },
      refused("is given 2 times; one is allowed"),
    ],
    [
      "is given twice in different spelling",
      { headers: {}, multiValueHeaders: { "Idempotency-Key": ["a"], "idempotency-key": ["b"] } },
      refused("is given 2 times; one is allowed"),
    ],
  ];
  for (const [title, request, expected] of requests) {
    it(title, () => deepEqual(idempotencyKeyOf(request), expected));
  }
});
