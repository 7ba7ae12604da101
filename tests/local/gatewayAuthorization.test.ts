import assert from "node:assert/strict";
import type { AccessKey } from "../../local/iam/credentials";
import type { Principal } from "../../local/iam/principal";
import { AwsError } from "../../local/services/service";
import { ask, now, startApi, stopApis } from "../helpers/gatewayApi";
import { gatewayDocument } from "../helpers/gatewayDocument";
import { signed, type ToSign } from "../helpers/signing";

const roleArn = "arn:aws:iam::000000000000:role/JobsApiInvokeRole";
const role: Principal = {
  kind: "role",
  roleArn,
  arn: "arn:aws:sts::000000000000:assumed-role/JobsApiInvokeRole/me",
};
const body = '{"process":"sleep"}';

/** A signed `POST /jobs`, ready to send. */
async function post(url: string, key: AccessKey, change: Partial<ToSign> = {}) {
  const { host } = new URL(url);
  const headers = { host, "content-type": "application/json" };
  const request = { service: "execute-api", at: now, method: "POST", path: "/dev/jobs", headers, body };
  const { headers: sent } = await signed({ key, ...request, ...change });
  return {
    method: "POST",
    headers: Object.fromEntries(Object.entries(sent).filter(([name]) => name !== "host")),
    body,
  };
}

describe("A method with IAM authorization", () => {
  afterEach(stopApis);
  const plain = gatewayDocument({ "x-amazon-apigateway-gateway-responses": {} });

  async function prepare(options: Parameters<typeof startApi>[0] = {}) {
    const api = await startApi({ document: plain, ...options });
    const key = api.credentials.issue(role, { sessionToken: true, durationSeconds: 3600 });
    return { ...api, key };
  }

  it("tells the function who called, without the signature", async () => {
    const asked: unknown[] = [];
    const { url, key, invocations } = await prepare({
      authorize: (request, service, permissions) =>
        void asked.push([request.principal, service, permissions]),
    });
    assert.equal((await ask(`${url}/jobs`, await post(url, key)))[0], 200);
    const [[, event] = []] = invocations;
    const { requestContext, headers } = event as {
      requestContext: { identity: Record<string, string | null> };
      headers: Record<string, string>;
    };
    const { user, caller, sourceIp, userAgent, ...identity } = requestContext.identity;
    assert.match(user ?? "", /^AROA[A-Z2-7]{17}:me$/);
    assert.equal(caller, user);
    assert.deepEqual([sourceIp, userAgent], ["127.0.0.1", "node"]);
    assert.deepEqual(identity, {
      accessKey: key.accessKeyId,
      accountId: "000000000000",
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      userArn: role.arn,
    });
    assert.equal(headers["authorization"], undefined);
    assert.equal(headers["x-amz-security-token"], key.sessionToken);
    const resource = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/POST/jobs";
    assert.deepEqual(asked, [[role, "execute-api", [{ action: "execute-api:Invoke", resource }]]]);
  });

  const refusals: [title: string, change: Partial<ToSign>, message: RegExp, errorType: string][] = [
    [
      "another secret",
      { key: { accessKeyId: "", secretAccessKey: "another" } },
      /^The request signature we calculated does not match/,
      "InvalidSignatureException",
    ],
    [
      "another path",
      { path: "/dev/other" },
      /^The request signature we calculated does not match/,
      "InvalidSignatureException",
    ],
    [
      "another body",
      { body: "{}" },
      /^The request signature we calculated does not match/,
      "InvalidSignatureException",
    ],
    ["another service", { service: "s3" }, /correct service: 'execute-api'/, "InvalidSignatureException"],
    ["another region", { region: "eu-west-1" }, /valid region, not 'eu-west-1'/, "InvalidSignatureException"],
    [
      "an old time",
      { at: now - 16 * 60_000 },
      /^Signature expired: 20260501T114400Z/,
      "InvalidSignatureException",
    ],
    [
      "an unknown key",
      { key: { accessKeyId: "AKIANOBODY", secretAccessKey: "s" } },
      /^The security token included in the request is invalid\.$/,
      "UnrecognizedClientException",
    ],
  ];
  for (const [title, change, message, errorType] of refusals) {
    it(`refuses ${title}`, async () => {
      const { url, key, invocations } = await prepare();
      const as = change.key?.accessKeyId === "" ? { key: { ...key, secretAccessKey: "another" } } : {};
      const response = await fetch(`${url}/jobs`, await post(url, key, { ...change, ...as }));
      const { message: actual } = (await response.json()) as { message: string };
      assert.match(actual, message);
      assert.deepEqual([response.status, response.headers.get("x-amzn-errortype")], [403, errorType]);
      assert.deepEqual(invocations, []);
    });
  }

  it("refuses a request without a signature, however large", async () => {
    const { url } = await prepare();
    const expected = [403, "application/json", { message: "Missing Authentication Token" }];
    assert.deepEqual(await ask(`${url}/jobs`, { method: "POST", body }), expected);
    const large = " ".repeat(10 * 1024 * 1024 + 1);
    assert.deepEqual(await ask(`${url}/jobs`, { method: "POST", body: large }), expected);
  });

  it("refuses a session that has ended", async () => {
    const { url, credentials } = await prepare();
    const ended = credentials.issue(role, { sessionToken: true, durationSeconds: 0 });
    assert.deepEqual(await ask(`${url}/jobs`, await post(url, ended)), [
      403,
      "application/json",
      { message: "The security token included in the request is expired" },
    ]);
  });

  it("refuses who may not invoke it, before it looks at the body", async () => {
    const { url, key } = await prepare({
      authorize: () => {
        throw new AwsError("AccessDenied", "User: me is not authorized", 403);
      },
    });
    const request = { ...(await post(url, key, { body: "?" })), body: "?" };
    const expected = [403, "application/json", { Message: "User: me is not authorized" }];
    assert.deepEqual(await ask(`${url}/jobs`, request), expected);
  });

  const types: [type: string, send: (url: string, key: AccessKey) => Promise<RequestInit>][] = [
    ["MISSING_AUTHENTICATION_TOKEN", async () => ({ method: "POST", body })],
    ["INVALID_SIGNATURE", async (url, key) => post(url, key, { body: "{}" })],
    ["ACCESS_DENIED", async (url, key) => post(url, key)],
  ];
  for (const [type, send] of types) {
    it(`answers with the document's ${type}`, async () => {
      const response = {
        statusCode: "401",
        responseTemplates: { "application/json": '{"type":"$context.error.responseType"}' },
      };
      const document = gatewayDocument({ "x-amazon-apigateway-gateway-responses": { [type]: response } });
      const authorize = () => {
        throw new AwsError("AccessDenied", "no", 403);
      };
      const { url, key } = await prepare({ document, authorize });
      const answer = await fetch(`${url}/jobs`, await send(url, key));
      assert.deepEqual([answer.status, await answer.json()], [401, { type }]);
    });
  }
});
