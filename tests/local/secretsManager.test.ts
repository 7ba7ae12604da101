import assert from "node:assert/strict";
import { createSecretsManager, type SecretsManager } from "../../local/services/secretsManager";
import { account, TestClock } from "../helpers/dynamodb";
import { jsonCaller, type JsonCaller } from "../helpers/jsonService";

const prefix = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:";
const day = 24 * 60 * 60;
const now = 1772323200;
const name = "egress/platform-token";
const token = (digit: number) => `00000000-0000-0000-0000-00000000000${digit}`;
const notFound = {
  __type: "ResourceNotFoundException",
  message: "Secrets Manager can't find the specified secret.",
};

describe("Secrets Manager", () => {
  let clock: TestClock;
  let secretsManager: SecretsManager;
  let call: JsonCaller;
  let arn: string;

  beforeEach(() => {
    clock = new TestClock();
    secretsManager = createSecretsManager({ account, clock });
    call = jsonCaller(secretsManager.service, "secretsmanager");
    arn = secretsManager.createSecret({ name, secretString: "first" }).arn;
  });

  const put = async (SecretString: string, change: object = {}) =>
    (await call("PutSecretValue", { SecretId: name, SecretString, ...change })).body;
  const get = async (change: object = {}) =>
    (await call("GetSecretValue", { SecretId: name, ...change })).body;

  it("gives a secret an ARN with six characters at its end", () => {
    assert.match(arn, new RegExp(`^${prefix}${name}-[A-Za-z0-9]{6}$`));
  });

  it("finds a secret by name, ARN and ARN without its end, and by nothing else", async () => {
    for (const SecretId of [name, arn, prefix + name]) {
      const { VersionId, ...value } = await get({ SecretId });
      assert.match(String(VersionId), /^[0-9a-f-]{36}$/);
      assert.deepEqual(value, {
        ARN: arn,
        Name: name,
        SecretString: "first",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: now,
      });
    }
    const suffixed = arn.slice(prefix.length);
    for (const SecretId of [
      "egress",
      suffixed,
      `${prefix}${name}-aaaaaaa`,
      arn.replace("eu-west-1", "us-east-1"),
    ]) {
      assert.deepEqual(await call("GetSecretValue", { SecretId }), { status: 400, body: notFound });
    }
  });

  it("keeps the value before the current one as AWSPREVIOUS", async () => {
    const first = await get();
    assert.deepEqual(await put("second", { ClientRequestToken: token(2) }), {
      ARN: arn,
      Name: name,
      VersionId: token(2),
      VersionStages: ["AWSCURRENT"],
    });
    secretsManager.putSecretValue(arn, "third");
    assert.equal((await get())["SecretString"], "third");
    assert.deepEqual(await get({ VersionStage: "AWSPREVIOUS", VersionId: token(2) }), {
      ARN: arn,
      Name: name,
      VersionId: token(2),
      SecretString: "second",
      VersionStages: ["AWSPREVIOUS"],
      CreatedDate: now,
    });
    assert.equal((await get({ VersionId: first["VersionId"] }))["SecretString"], "first");
  });

  it("moves other labels without touching the current value", async () => {
    await put("pending", { VersionStages: ["AWSPENDING"], ClientRequestToken: token(2) });
    await put("later", { VersionStages: ["AWSPENDING"], ClientRequestToken: token(3) });
    assert.equal((await get())["SecretString"], "first");
    assert.equal((await get({ VersionStage: "AWSPENDING" }))["SecretString"], "later");
    const { VersionIdsToStages } = (await call("DescribeSecret", { SecretId: arn })).body;
    assert.deepEqual(Object.values(VersionIdsToStages ?? {}), [["AWSCURRENT"], ["AWSPENDING"]]);
  });

  it("takes a version that is sent again once, and refuses other content under its id", async () => {
    const ClientRequestToken = token(2);
    assert.deepEqual(await put("same", { ClientRequestToken }), await put("same", { ClientRequestToken }));
    assert.deepEqual(await put("other", { ClientRequestToken }), {
      __type: "ResourceExistsException",
      message: "A resource with the ID you requested already exists.",
    });
  });

  it("updates description and value, and keeps bytes as bytes", async () => {
    const SecretBinary = Buffer.from([0, 255]).toString("base64");
    const input = { SecretId: name, Description: "d", SecretBinary, ClientRequestToken: token(2) };
    assert.deepEqual((await call("UpdateSecret", input)).body, { ARN: arn, Name: name, VersionId: token(2) });
    assert.deepEqual((await get())["SecretBinary"], SecretBinary);
    assert.deepEqual((await call("UpdateSecret", { SecretId: name, Description: "e" })).body, {
      ARN: arn,
      Name: name,
    });
    clock.advance(1000);
    const { VersionIdsToStages, ...described } = (await call("DescribeSecret", { SecretId: name })).body;
    assert.equal(Object.keys(VersionIdsToStages ?? {}).length, 2);
    assert.deepEqual(described, {
      ARN: arn,
      Name: name,
      Description: "e",
      CreatedDate: now,
      LastChangedDate: now,
      LastAccessedDate: now,
    });
  });

  it("has no value to give until there is a version", async () => {
    secretsManager.createSecret({ name: "empty" });
    assert.deepEqual(await call("GetSecretValue", { SecretId: "empty" }), {
      status: 400,
      body: {
        __type: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      },
    });
  });

  it("lists secrets page by page, newest first, by filters", async () => {
    for (const Name of ["b", "c"]) {
      const Tags = [{ Key: "client", Value: Name }];
      assert.equal((await call("CreateSecret", { Name, SecretString: Name, Tags })).status, 200);
    }
    const names = (body: object) =>
      "SecretList" in body ? (body.SecretList as { Name: string }[]).map(({ Name }) => Name) : body;
    const list = async (input?: object) => (await call("ListSecrets", input)).body;
    const first = await list({ MaxResults: 2 });
    assert.deepEqual(names(first), ["c", "b"]);
    assert.deepEqual(names(await list({ MaxResults: 2, NextToken: first["NextToken"] })), [name]);
    for (const [Key, value, ...expected] of [
      ["name", "egress/", name],
      ["name", "!egress/", "c", "b"],
      ["tag-key", "client", "c", "b"],
      ["tag-value", "c", "c"],
    ] as const) {
      assert.deepEqual(names(await list({ Filters: [{ Key, Values: [value] }] })), expected);
    }
  });

  it("marks a secret for deletion, restores it, and forgets it when its time has come", async () => {
    const deletion = { ARN: arn, Name: name, DeletionDate: now + 7 * day };
    const remove = async (change: object = {}) =>
      (await call("DeleteSecret", { SecretId: name, ...change })).body;
    assert.deepEqual(await remove({ RecoveryWindowInDays: 7 }), deletion);
    const marked = "You can't perform this operation on the secret because it was marked for deletion.";
    assert.deepEqual(await get(), { __type: "InvalidRequestException", message: marked });
    assert.deepEqual(await put("x"), { __type: "InvalidRequestException", message: marked });
    assert.equal((await call("DescribeSecret", { SecretId: name })).body["DeletedDate"], now + 7 * day);
    assert.deepEqual((await call("ListSecrets")).body, { SecretList: [] });
    assert.deepEqual((await call("CreateSecret", { Name: name })).body, {
      __type: "InvalidRequestException",
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    assert.deepEqual((await call("RestoreSecret", { SecretId: arn })).body, { ARN: arn, Name: name });
    assert.equal((await get())["SecretString"], "first");
    assert.deepEqual(await remove(), { ...deletion, DeletionDate: now + 30 * day });
    clock.advance(30 * day * 1000);
    assert.deepEqual(await get(), notFound);
    assert.equal((await call("CreateSecret", { Name: name })).status, 200);
  });

  it("deletes at once by force, whether the secret exists or not", async () => {
    const force = { SecretId: name, ForceDeleteWithoutRecovery: true };
    assert.deepEqual((await call("DeleteSecret", force)).body, { ARN: arn, Name: name, DeletionDate: now });
    assert.deepEqual(await get(), notFound);
    assert.equal((await call("DeleteSecret", force)).status, 200);
  });

  const refused: readonly (readonly [operation: string, input: object, code: string, message: string])[] = [
    [
      "CreateSecret",
      { Name: name },
      "ResourceExistsException",
      `The operation failed because the secret ${name} already exists.`,
    ],
    [
      "CreateSecret",
      { Name: "a b" },
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    ],
    [
      "CreateSecret",
      { Name: "x", SecretString: "a", SecretBinary: "YQ==" },
      "InvalidParameterException",
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    ],
    [
      "CreateSecret",
      { Name: "x", SecretString: "a".repeat(65_537) },
      "ValidationException",
      "1 validation error detected: Value at 'secretString' failed to satisfy constraint: " +
        "Member must have length less than or equal to 65536",
    ],
    [
      "GetSecretValue",
      {},
      "ValidationException",
      "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
    ],
    [
      "GetSecretValue",
      { SecretId: name, VersionId: token(9) },
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for VersionId: ${token(9)}`,
    ],
    [
      "PutSecretValue",
      { SecretId: name },
      "InvalidRequestException",
      "You must provide either SecretString or SecretBinary.",
    ],
    [
      "DeleteSecret",
      { SecretId: name, RecoveryWindowInDays: 6 },
      "InvalidParameterException",
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    ],
    [
      "DeleteSecret",
      { SecretId: name, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "InvalidParameterException",
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
  ];
  for (const [operation, input, __type, message] of refused) {
    it(`refuses ${operation} with «${message}»`, async () => {
      assert.deepEqual(await call(operation, input), { status: 400, body: { __type, message } });
    });
  }

  it("needs permission for the secret's ARN, however it is named", () => {
    for (const SecretId of [name, arn, prefix + name]) {
      assert.deepEqual(call.permissions("GetSecretValue", { SecretId, VersionStage: "AWSCURRENT" }), [
        {
          action: "secretsmanager:GetSecretValue",
          resource: arn,
          context: { "secretsmanager:SecretId": SecretId, "secretsmanager:VersionStage": "AWSCURRENT" },
        },
      ]);
    }
    assert.deepEqual(call.permissions("ListSecrets"), [
      { action: "secretsmanager:ListSecrets", resource: "*" },
    ]);
  });

  const key = "arn:aws:kms:eu-west-1:000000000000:key/1234abcd";
  const keyUses: readonly (readonly [operation: string, input: object, needed: object])[] = [
    ["CreateSecret", { Name: name, KmsKeyId: key }, { keyArn: key }],
    ["CreateSecret", { Name: name, KmsKeyId: "1234abcd", SecretString: "x" }, { keyArn: key }],
    ["CreateSecret", { Name: name, SecretString: "x" }, {}],
    ["UpdateSecret", { SecretId: name, KmsKeyId: key }, { keyArn: key }],
    ["UpdateSecret", { SecretId: name, SecretString: "x" }, {}],
    ["UpdateSecret", { SecretId: name, SecretBinary: "eA==" }, {}],
    ["UpdateSecret", { SecretId: name, Description: "x" }, { keyActions: [] }],
    // No member of this operation: another key must not be asked in place of the secret's own.
    ["GetSecretValue", { SecretId: name, KmsKeyId: key }, {}],
  ];
  for (const [operation, input, needed] of keyUses) {
    it(`asks of keys ${JSON.stringify(needed)} for ${operation} of ${Object.keys(input).join(", ")}`, () => {
      const found = call.permissions(operation, input);
      assert.deepEqual(
        found.map(({ action, resource, context, ...rest }) => [action, resource, typeof context, rest]),
        [[`secretsmanager:${operation}`, arn, "object", needed]],
      );
    });
  }

  it("tells with which key a secret is encrypted, at first and when it changes", async () => {
    const heard: string[][] = [];
    const { service, createSecret } = createSecretsManager({
      ...{ account, clock },
      onKey: (...encrypted) => void heard.push(encrypted),
    });
    const made = createSecret({ name, kmsKeyId: "1234abcd" }).arn;
    const other = `${key}-other`;
    await jsonCaller(service, "secretsmanager")("UpdateSecret", { SecretId: name, KmsKeyId: other });
    assert.deepEqual(heard, [
      [made, key],
      [made, other],
    ]);
  });
});
