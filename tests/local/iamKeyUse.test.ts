import assert from "node:assert/strict";
import { KeyUse } from "../../local/iam/keyUse";
import type { Principal } from "../../local/iam/principal";
import type { RequiredPermission } from "../../local/services/service";
import { account, keyArn } from "../helpers/cloud";

const otherKeyArn = keyArn.replace("1234abcd", "5678abcd");
const arns = {
  queue: "arn:aws:sqs:eu-west-1:000000000000:jobs",
  topic: "arn:aws:sns:eu-west-1:000000000000:jobs",
  bucket: "arn:aws:s3:::jobs",
  table: "arn:aws:dynamodb:eu-west-1:000000000000:table/jobs",
  secret: "arn:aws:secretsmanager:eu-west-1:000000000000:secret:token-AbCdEf",
};
const object = `${arns.bucket}/a/b.txt`;
const both = ["kms:GenerateDataKey", "kms:Decrypt"];
const worker: Principal = {
  kind: "role",
  roleArn: "arn:aws:iam::000000000000:role/worker",
  arn: "arn:aws:sts::000000000000:assumed-role/worker/work",
};

const cases: readonly (readonly [action: string, resource: string, needed: readonly string[]])[] = [
  ["sqs:SendMessage", arns.queue, both],
  ["sqs:ReceiveMessage", arns.queue, ["kms:Decrypt"]],
  ["sqs:DeleteMessage", arns.queue, []],
  ["sqs:ChangeMessageVisibility", arns.queue, []],
  ["sns:Publish", arns.topic, both],
  ["s3:GetObject", object, ["kms:Decrypt"]],
  ["s3:GetObjectVersion", object, ["kms:Decrypt"]],
  ["s3:PutObject", object, ["kms:GenerateDataKey"]],
  ["s3:AbortMultipartUpload", object, []],
  ["s3:ListBucket", arns.bucket, []],
  ["dynamodb:PutItem", arns.table, ["kms:Decrypt"]],
  ["dynamodb:Query", `${arns.table}/index/byStatus`, ["kms:Decrypt"]],
  ["dynamodb:GetRecords", `${arns.table}/stream/2026-03-01T00:00:00.000`, ["kms:Decrypt"]],
  ["secretsmanager:GetSecretValue", arns.secret, ["kms:Decrypt"]],
  ["secretsmanager:PutSecretValue", arns.secret, both],
  ["secretsmanager:UpdateSecret", arns.secret, both],
  ["secretsmanager:DescribeSecret", arns.secret, []],
  ["secretsmanager:DeleteSecret", arns.secret, []],
];

describe("The use of a key", () => {
  const keyUse = new KeyUse(account);
  for (const arn of Object.values(arns)) keyUse.encrypt(arn, keyArn);
  const needed = (permission: RequiredPermission, principal: Principal = worker) =>
    keyUse.permissionsFor([permission], principal);

  for (const [action, resource, actions] of cases) {
    const [service = ""] = action.split(":");
    it(`needs ${actions.join(" and ") || "nothing"} through ${service} for ${action}`, () => {
      const context = {
        "kms:ViaService": `${service}.eu-west-1.amazonaws.com`,
        "kms:CallerAccount": "000000000000",
      };
      assert.deepEqual(
        needed({ action, resource }),
        actions.map((kms) => ({ action: kms, resource: keyArn, context })),
      );
    });
  }

  it("needs nothing for what is not encrypted with a key of the account", () => {
    assert.deepEqual(needed({ action: "sqs:SendMessage", resource: `${arns.queue}-2` }), []);
  });

  it("needs what the request says, where its action alone does not say it", () => {
    const part = { action: "s3:PutObject", resource: object, keyActions: ["kms:Decrypt"] };
    assert.deepEqual(
      needed(part).map(({ action }) => action),
      ["kms:Decrypt"],
    );
  });

  it("is of the key that the request names, whatever the resource had before", () => {
    const created = { action: "secretsmanager:CreateSecret", resource: arns.secret, keyArn: otherKeyArn };
    assert.deepEqual(
      needed(created).map(({ action, resource }) => [action, resource]),
      both.map((action) => [action, otherKeyArn]),
    );
  });

  it("is by a service that acts for itself not through another", () => {
    const sns: Principal = { kind: "service", service: "sns.amazonaws.com", sourceArn: arns.topic };
    assert.deepEqual(
      needed({ action: "sqs:SendMessage", resource: arns.queue }, sns),
      both.map((action) => ({ action, resource: keyArn, context: {} })),
    );
  });
});
