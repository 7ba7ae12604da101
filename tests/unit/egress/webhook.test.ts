import { deepEqual, equal, match, throws } from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { parsePlatformEvent } from "../../../functions/lib/egress/platformEvent";
import { webhookRefusal } from "../../../functions/lib/egress/verifyWebhook";

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(24, "-")).toString("base64")}`;
const [current, previous, foreign] = [secretOf("current"), secretOf("previous"), secretOf("foreign")];
const body = '{"id":"j1","event":"job_complete"}';

/** What a sender sends, at a time that is so many seconds from now. */
const signed = (secret: string, seconds = 0, text = body, id = "msg_1") => {
  const at = new Date(Date.now() + seconds * 1000);
  return {
    "Webhook-Id": id,
    "Webhook-Timestamp": String(Math.floor(at.getTime() / 1000)),
    "Webhook-Signature": new Webhook(secret).sign(id, at, text),
  };
};

/** Signed when it is sent, for a test run may take longer than a signature is good. */
type Sent = () => Readonly<Record<string, string | undefined>>;

const own: Sent = () => signed(current);
const changed =
  (change: (headers: ReturnType<typeof signed>) => object): Sent =>
  () => ({ ...signed(current), ...change(signed(current)) });

describe("A webhook's signature", () => {
  const accepted: [title: string, secrets: string, sent: Sent][] = [
    ["made with the secret", current, own],
    [
      "in headers of lower case",
      current,
      () => Object.fromEntries(Object.entries(own()).map(([name, value]) => [name.toLowerCase(), value])),
    ],
    [
      "with the old secret while a new one is being introduced",
      `${current} ${previous}`,
      () => signed(previous),
    ],
    ["with the new secret then", `${current}\n${previous}`, own],
    [
      "among signatures of other keys and versions",
      current,
      changed((headers) => ({
        "Webhook-Signature": `v1a,AAAA v1,${"A".repeat(43)}= ${headers["Webhook-Signature"]}`,
      })),
    ],
    ["that is almost five minutes old", current, () => signed(current, -290)],
    ["of a sender whose clock is ahead", current, () => signed(current, 290)],
  ];
  for (const [title, secrets, sent] of accepted) {
    it(`is accepted ${title}`, () => equal(webhookRefusal("signature", secrets, sent(), body), undefined));
  }

  const other = body.replace("j1", "j2");
  const refused: [title: string, sent: Sent, text: string, reason: RegExp][] = [
    [
      "that is missing",
      changed(() => ({ "Webhook-Signature": undefined })),
      body,
      /Missing required headers/,
    ],
    ["without any header", () => ({}), body, /Missing required headers/],
    ["made with another secret", () => signed(foreign), body, /No matching signature/],
    ["of another body", own, other, /No matching signature/],
    ["of another message", changed(() => ({ "Webhook-Id": "msg_2" })), body, /No matching signature/],
    [
      "with another time",
      changed((headers) => ({ "Webhook-Timestamp": String(Number(headers["Webhook-Timestamp"]) + 1) })),
      body,
      /No matching signature/,
    ],
    ["that is replayed after five minutes", () => signed(current, -302), body, /too old/],
    ["that is too far ahead", () => signed(current, 310), body, /too new/],
    [
      "whose time is none",
      changed(() => ({ "Webhook-Timestamp": "yesterday" })),
      body,
      /Invalid Signature Headers/,
    ],
    ["of an unknown version", changed(() => ({ "Webhook-Signature": "v9,AAAA" })), body, /No matching/],
    [
      "that is cut short",
      changed((headers) => ({ "Webhook-Signature": headers["Webhook-Signature"].slice(0, 12) })),
      body,
      /No matching signature/,
    ],
    ["made with a secret that is valid no longer", () => signed(previous), body, /No matching signature/],
  ];
  for (const [title, sent, text, reason] of refused) {
    it(`is refused ${title}`, () => match(webhookRefusal("signature", current, sent(), text) ?? "", reason));
  }

  it("cannot be verified with a secret that is none, and says how one looks", () => {
    throws(() => webhookRefusal("signature", "no base64!", own(), body), /whsec_ and then Base64/);
  });
});

describe("A webhook's token", () => {
  const cases: [title: string, headers: Record<string, string | undefined>, refusal: string | undefined][] = [
    ["that is right", { "Webhook-Token": "t0ken" }, undefined],
    ["that another replaces", { "webhook-token": "older" }, undefined],
    ["that is wrong", { "webhook-token": "t0keN" }, "The webhook-token is wrong."],
    ["that is longer", { "webhook-token": "t0ken0" }, "The webhook-token is wrong."],
    ["that is empty", { "webhook-token": "" }, "The webhook-token is wrong."],
    ["that is missing", {}, "The header webhook-token is missing."],
  ];
  for (const [title, headers, refusal] of cases) {
    it(`${title} is ${refusal === undefined ? "accepted" : "refused"}`, () => {
      equal(webhookRefusal("token", "t0ken older", headers, body), refusal);
    });
  }
});

describe("The body of a webhook", () => {
  it("is read, whatever else it has", () => {
    const text = JSON.stringify({
      id: "作业 1",
      event: "job_complete",
      msg: "Job complete",
      extra: { a: 1 },
    });
    deepEqual(parsePlatformEvent(text), { id: "作业 1", event: "job_complete", msg: "Job complete" });
  });

  it("may do without a message", () => {
    for (const msg of [undefined, null, ""]) {
      deepEqual(parsePlatformEvent(JSON.stringify({ id: "a", event: "e", msg })), { id: "a", event: "e" });
    }
  });

  const shape = "The body does not have the shape of an event.";
  const object = "The body is not a JSON object.";
  const malformed: [title: string, text: string, detail: string, pointers?: string[]][] = [
    ["is empty", "", object],
    ["is no JSON", "{", object],
    ["is a list", "[]", object],
    ["is null", "null", object],
    ["has no id", '{"event":"e"}', shape, ["/id"]],
    ["has an empty id", '{"id":"","event":"e"}', shape, ["/id"]],
    ["has a number for an id", '{"id":1,"event":"e"}', shape, ["/id"]],
    [
      "has an id of 10,000 characters",
      JSON.stringify({ id: "a".repeat(10_000), event: "e" }),
      shape,
      ["/id"],
    ],
    ["has half a character in its id", '{"id":"a\\ud800","event":"e"}', shape, ["/id"]],
    ["has neither id nor event", "{}", shape, ["/id", "/event"]],
    ["has a message that is none", '{"id":"a","event":"e","msg":{}}', shape, ["/msg"]],
  ];
  for (const [title, text, detail, pointers] of malformed) {
    it(`is refused when it ${title}`, () => {
      const { errors, ...problem } = parsePlatformEvent(text) as { errors?: { pointer: string }[] };
      deepEqual(problem, { status: 400, title: "Bad Request", detail });
      deepEqual(
        errors?.map(({ pointer }) => pointer),
        pointers,
      );
    });
  }
});
