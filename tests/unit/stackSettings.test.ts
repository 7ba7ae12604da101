import { deepEqual, match, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readStackSettings } from "../../components/stackSettings";

/** Reads the settings of a stack with this configuration; keys are without their namespace. */
function read(values: Record<string, string>) {
  const full = Object.entries(values).map(([key, value]) => [`jobrelay:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(full) as Record<string, string>);
  return readStackSettings(new pulumi.Config("jobrelay"));
}

const defaults = {
  protectData: true,
  jobRetentionDays: 90,
  logRetentionDays: 90,
  throttling: { ratePerSecond: 50, burst: 100 },
  reconcileMinutes: 5,
  batch: { spot: false, maxVcpus: 16, queueLimitSeconds: 3_600, queueAliases: [] },
  notifyEmails: [],
  notifyUrls: [],
  monitoring: "all",
  visibility: "all",
  operatorArns: [],
  alarmEmails: [],
  trustedCallers: [],
  trustedPartners: [],
};

describe("The settings of a stack", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("protect the data and notify nobody, unless they say so", () => deepEqual(read({}), defaults));

  it("are read, each from its own key", () => {
    deepEqual(
      read({
        protectData: "false",
        jobRetentionDays: "7",
        logRetentionDays: "14",
        ratePerSecond: "3",
        burst: "4",
        reconcileMinutes: "0",
        batchSpot: "true",
        batchMaxVcpus: "8",
        batchQueueLimitMinutes: "10",
        batchQueueAliases: '["hourly"]',
        notifyEmails: '["ann@example.com"]',
        notifyUrls: '["https://example.com/hook"]',
        monitoring: "alarms",
        visibility: "own",
        operatorArns: '["arn:aws:iam::111122223333:role/team/ops"]',
        alarmEmails: '["ops@example.com"]',
        trustedCallers: '["111122223333"]',
        trustedPartners: '["arn:aws:iam::444455556666:role/partner"]',
      }),
      {
        protectData: false,
        jobRetentionDays: 7,
        logRetentionDays: 14,
        throttling: { ratePerSecond: 3, burst: 4 },
        reconcileMinutes: 0,
        batch: { spot: true, maxVcpus: 8, queueLimitSeconds: 600, queueAliases: ["hourly"] },
        notifyEmails: ["ann@example.com"],
        notifyUrls: ["https://example.com/hook"],
        monitoring: "alarms",
        visibility: "own",
        operatorArns: ["arn:aws:iam::111122223333:role/team/ops"],
        alarmEmails: ["ops@example.com"],
        trustedCallers: ["111122223333"],
        trustedPartners: ["arn:aws:iam::444455556666:role/partner"],
      },
    );
  });

  const ranges: [key: string, least: number, most: number, otherwise: number][] = [
    ["jobRetentionDays", 1, 3650, 90],
    ["reconcileMinutes", 0, 1440, 5],
    ["ratePerSecond", 1, 10_000, 50],
    ["burst", 1, 5_000, 100],
  ];
  const valueOf = (key: string, settings: ReturnType<typeof read>) =>
    ({ ...settings, ...settings.throttling })[key as "burst"];
  for (const [key, least, most, otherwise] of ranges) {
    it(`take for ${key} a whole number from ${least} to ${most}`, () =>
      deepEqual(
        [least, most].map((value) => valueOf(key, read({ [key]: String(value) }))),
        [least, most],
      ));

    for (const value of [least - 1, most + 1, least + 0.5, -most]) {
      it(`are refused with the rule and the remedy when ${key} is ${value}`, () =>
        throws(() => read({ [key]: String(value) }), {
          message:
            `jobrelay:${key} is ${value}. Rule: a whole number from ${least} to ${most}. ` +
            `Remedy: pulumi config set ${key} ${otherwise}`,
        }));
    }
  }

  it("take for logRetentionDays the periods that CloudWatch Logs knows, and no others", () => {
    const taken = Array.from({ length: 3_700 }, (_, value) => value).filter((value) => {
      try {
        return read({ logRetentionDays: String(value) }).logRetentionDays === value;
      } catch (error) {
        match(
          (error as Error).message,
          new RegExp(`^jobrelay:logRetentionDays is ${value}\\. Rule: one of 1, `),
        );
        return false;
      }
    });
    deepEqual(
      taken,
      [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
      ],
    );
  });

  const choices: [key: string, rule: string][] = [
    ["monitoring", "none, alarms, all"],
    ["visibility", "own, all"],
  ];
  for (const [key, rule] of choices) {
    it(`are refused with the rule and the remedy when ${key} is not one of ${rule}`, () =>
      throws(() => read({ [key]: "some" }), {
        message: `jobrelay:${key} is some. Rule: one of ${rule}. Remedy: pulumi config set ${key} all`,
      }));
  }

  for (const arn of [
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws-cn:iam::111122223333:user/a/b/ann@example.com",
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef",
  ]) {
    it(`take ${arn} for an operator`, () =>
      deepEqual(read({ visibility: "own", operatorArns: JSON.stringify([arn]) }).operatorArns, [arn]));
  }

  for (const arn of [
    "ops",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:role/",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::1111:role/ops",
    "arn:aws:sts::111122223333:assumed-role/ops/ann",
    "arn:aws:iam::111122223333:group/ops",
  ]) {
    it(`are refused with the rule and the remedy when an operator is ${arn}`, () =>
      throws(() => read({ visibility: "own", operatorArns: JSON.stringify([arn]) }), {
        message:
          `jobrelay:operatorArns has ${arn}. Rule: the ARN of an IAM role or user, with its path. ` +
          "Remedy: write arn:aws:iam::ACCOUNT:role/NAME, also for who works in sessions of the role",
      }));
  }

  it("are refused when there are operators where everyone sees all", () =>
    throws(() => read({ operatorArns: '["arn:aws:iam::111122223333:role/ops"]' }), {
      message:
        "jobrelay:operatorArns is set and jobrelay:visibility is all. Rule: operators are told from others only " +
        "where callers see their own jobs. Remedy: pulumi config set visibility own",
    }));

  const wrongTypes: [key: string, value: string, type: string][] = [
    ["protectData", "yes", "boolean"],
    ["jobRetentionDays", "a week", "number"],
    ["logRetentionDays", "forever", "number"],
    ["burst", "many", "number"],
    ["notifyEmails", "ann@example.com", "JSON object"],
    ["trustedCallers", "arn:aws:iam::111122223333:root", "JSON object"],
  ];
  for (const [key, value, type] of wrongTypes) {
    it(`are refused, naming the key, when ${key} is ${value}`, () =>
      throws(
        () => read({ [key]: value }),
        type === "number"
          ? new RegExp(`jobrelay:${key} is ${value}\\. Rule: `)
          : new RegExp(`jobrelay:${key}.*'${value}'.*not a valid ${type}`),
      ));
  }
});
