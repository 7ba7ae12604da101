import assert from "node:assert/strict";
import { localAccountId, type Account } from "../../local/account";
import { systemClock, type Clock } from "../../local/clock";
import { createCredentials } from "../../local/iam/credentials";
import type { Principal } from "../../local/iam/principal";
import { createSts } from "../../local/iam/sts";
import type { AwsRequest } from "../../local/services/service";

const account: Account = { accountId: localAccountId, region: "us-east-1", partition: "aws" };
const root: Principal = { kind: "root", arn: `arn:aws:iam::${localAccountId}:root` };
const roleArn = `arn:aws:iam::${localAccountId}:role/service/JobsApiInvokeRole`;
const session: Principal = {
  kind: "role",
  roleArn,
  arn: `arn:aws:sts::${localAccountId}:assumed-role/JobsApiInvokeRole/me`,
};
const clock: Clock = { ...systemClock, now: () => Date.parse("2026-05-01T12:00:00.500Z") };

function prepare() {
  const credentials = createCredentials({ clock });
  const roleOf = (arn: string) => (arn === roleArn ? { maxSessionDuration: 7200 } : undefined);
  return { credentials, sts: createSts({ account, clock, credentials, roleOf }) };
}

const call = (input: Record<string, string>, principal: Principal = root): AwsRequest => ({
  principal,
  method: "POST",
  path: "/",
  query: "",
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body: Buffer.from(new URLSearchParams({ Version: "2011-06-15", ...input }).toString()),
});

const withoutRequestId = (body: Buffer | string) =>
  body.toString().replace(/<RequestId>[0-9a-f-]{36}<\/RequestId>/, "<RequestId/>");

describe("STS", () => {
  const identities: [principal: Principal, arn: string, userId: RegExp][] = [
    [root, root.arn, /^000000000000$/],
    [session, session.arn, /^AROA[A-Z2-7]{17}:me$/],
  ];
  for (const [principal, arn, userId] of identities) {
    it(`tells a ${principal.kind} who it is`, async () => {
      const answer = await prepare().sts.handle(call({ Action: "GetCallerIdentity" }, principal));
      const id = /<UserId>(.*)<\/UserId>/.exec(answer.body.toString())?.[1] ?? "";
      assert.match(id, userId);
      assert.equal(answer.status, 200);
      assert.equal(
        withoutRequestId(answer.body),
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
          `<Arn>${arn}</Arn><UserId>${id}</UserId><Account>000000000000</Account></GetCallerIdentityResult>` +
          "<ResponseMetadata><RequestId/></ResponseMetadata></GetCallerIdentityResponse>",
      );
    });
  }

  it("takes the parameters from the query as well, as a presigned request has them", async () => {
    const request = {
      ...call({}),
      method: "GET",
      headers: {},
      query: "Action=GetCallerIdentity&Version=2011-06-15",
    };
    assert.equal((await prepare().sts.handle(request)).status, 200);
  });

  it("gives a session of a role with credentials that are known", async () => {
    const { sts, credentials } = prepare();
    const input = { Action: "AssumeRole", RoleArn: roleArn, RoleSessionName: "me", DurationSeconds: "7200" };
    const { status, body } = await sts.handle(call(input));
    const id = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(body.toString())?.[1] ?? "";
    const issued = credentials.lookup(id);
    assert.ok(issued);
    assert.deepEqual(issued.principal, session);
    assert.equal(issued.expiresAt, clock.now() + 7_200_000);
    assert.equal(status, 200);
    assert.equal(
      withoutRequestId(body).replace(/AROA[A-Z2-7]{17}/, "AROA"),
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>' +
        `<AssumedRoleId>AROA:me</AssumedRoleId><Arn>${session.arn}</Arn></AssumedRoleUser><Credentials>` +
        `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${issued.sessionToken}</SessionToken><Expiration>2026-05-01T14:00:00Z</Expiration>` +
        "</Credentials></AssumeRoleResult><ResponseMetadata><RequestId/></ResponseMetadata></AssumeRoleResponse>",
    );
  });

  it("needs the role's permission to assume it, and none to ask who one is", () => {
    const { sts } = prepare();
    const input = { Action: "AssumeRole", RoleArn: roleArn, RoleSessionName: "me", ExternalId: "x" };
    assert.deepEqual(sts.requiredPermissions(call(input)), [
      {
        action: "sts:AssumeRole",
        resource: roleArn,
        context: { "sts:RoleSessionName": "me", "sts:ExternalId": "x" },
      },
    ]);
    assert.deepEqual(sts.requiredPermissions(call({ Action: "GetCallerIdentity" })), []);
  });

  const assume = { Action: "AssumeRole", RoleArn: roleArn, RoleSessionName: "me" };
  const refusals: [
    title: string,
    input: Record<string, string>,
    principal: Principal,
    expected: [number, string],
  ][] = [
    ["an operation that it does not have", { Action: "GetFederationToken" }, root, [400, "InvalidAction"]],
    ["a request without an operation", {}, root, [400, "MissingAction"]],
    ["an unknown role", { ...assume, RoleArn: `${roleArn}s` }, root, [403, "AccessDenied"]],
    ["a missing session name", { Action: "AssumeRole", RoleArn: roleArn }, root, [400, "ValidationError"]],
    ["a bad session name", { ...assume, RoleSessionName: "a b" }, root, [400, "ValidationError"]],
    ["too short a session", { ...assume, DurationSeconds: "60" }, root, [400, "ValidationError"]],
    [
      "a session longer than the role's",
      { ...assume, DurationSeconds: "7201" },
      root,
      [400, "ValidationError"],
    ],
    [
      "a chained session over an hour",
      { ...assume, DurationSeconds: "3601" },
      session,
      [400, "ValidationError"],
    ],
    ["a session policy", { ...assume, Policy: "{}" }, root, [400, "ValidationError"]],
  ];
  for (const [title, input, principal, expected] of refusals) {
    it(`refuses ${title}`, async () => {
      const { status, body } = await prepare().sts.handle(call(input, principal));
      assert.deepEqual([status, /<Code>(.*)<\/Code>/.exec(body.toString())?.[1]], expected);
    });
  }
});
