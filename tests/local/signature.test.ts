import assert from "node:assert/strict";
import { localAccountId, type Account } from "../../local/account";
import type { Clock } from "../../local/clock";
import { createCredentials, type AccessKey } from "../../local/iam/credentials";
import type { Principal } from "../../local/iam/principal";
import { createVerifier, type UnverifiedRequest } from "../../local/iam/signature";
import { AwsError } from "../../local/services/service";
import { presigned, signed } from "../helpers/signing";

const account: Account = { accountId: localAccountId, region: "us-east-1", partition: "aws" };
const root: Principal = { kind: "root", arn: `arn:aws:iam::${localAccountId}:root` };
const now = Date.parse("2026-05-01T12:00:00Z");
const long: AccessKey = { accessKeyId: "AKIAOPERATOR", secretAccessKey: "operator-secret" };

function prepare(at = now) {
  let time = at;
  const clock: Clock = { now: () => time, after: () => () => undefined };
  const credentials = createCredentials({ clock });
  credentials.register(root, long);
  const verify = createVerifier({ account, clock, credentials });
  return { credentials, verify, advance: (milliseconds: number) => (time += milliseconds) };
}

function refusal(action: () => unknown): [code: string, status: number, message: string] {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error));
    return [error.code, error.status, error.message];
  }
  return assert.fail("nothing was refused");
}

const differs =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
  "and signing method. Consult the service documentation for details.";
const differsOnS3 =
  "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const invalidToken = "The security token included in the request is invalid.";

describe("AWS's own examples of Signature Version 4", () => {
  const suiteKey = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };
  const s3Key = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  const verifyExample = (request: Partial<UnverifiedRequest>, at: string) => {
    const { credentials, verify } = prepare(Date.parse(at));
    credentials.register(root, suiteKey);
    credentials.register(root, s3Key);
    return verify({ method: "GET", path: "/", query: "", headers: {}, body: Buffer.alloc(0), ...request })
      .service;
  };

  const suite: [
    name: string,
    request: Partial<UnverifiedRequest>,
    signature: string,
    signedHeaders?: string,
  ][] = [
    ["get-vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query-order-key-case",
      { query: "Param2=value2&Param1=value1" },
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "get-vanilla-query-unreserved",
      {
        query:
          "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=" +
          "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
      },
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ],
    ["get-slash", { path: "//" }, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-relative",
      { path: "/example/.." },
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ],
    [
      "get-header-key-duplicate",
      { headers: { "my-header1": "value2,value2,value1" } },
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
      "host;my-header1;x-amz-date",
    ],
    [
      "get-header-value-trim",
      { headers: { "my-header1": "value1", "my-header2": '"a   b   c"' } },
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
      "host;my-header1;my-header2;x-amz-date",
    ],
    ["post-vanilla", { method: "POST" }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "post-x-www-form-urlencoded",
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from("Param1=value1"),
      },
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
      "content-type;host;x-amz-date",
    ],
  ];
  for (const [name, request, signature, signedHeaders = "host;x-amz-date"] of suite) {
    it(`verifies ${name} of the test suite`, () => {
      const headers = {
        host: "example.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
        ...request.headers,
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
          `SignedHeaders=${signedHeaders}, Signature=${signature}`,
      };
      assert.equal(verifyExample({ ...request, headers }, "2015-08-30T12:36:00Z"), "service");
    });
  }

  const s3Date = { host: "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z" };
  const s3: [name: string, request: Partial<UnverifiedRequest>, signedHeaders: string, signature: string][] =
    [
      [
        "GET Object",
        { path: "/test.txt", headers: { range: "bytes=0-9", "x-amz-content-sha256": empty } },
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
      ],
      [
        "PUT Object",
        {
          method: "PUT",
          path: "/test%24file.text",
          headers: {
            date: "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
          },
          body: Buffer.from("Welcome to Amazon S3."),
        },
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
      ],
      [
        "GET Bucket Lifecycle",
        { query: "lifecycle", headers: { "x-amz-content-sha256": empty } },
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
      ],
      [
        "List Objects",
        { query: "max-keys=2&prefix=J", headers: { "x-amz-content-sha256": empty } },
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      ],
    ];
  for (const [name, request, signedHeaders, signature] of s3) {
    it(`verifies S3's example ${name}`, () => {
      const headers = {
        ...s3Date,
        ...request.headers,
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
          `SignedHeaders=${signedHeaders},Signature=${signature}`,
      };
      assert.equal(verifyExample({ ...request, headers }, "2013-05-24T00:00:00Z"), "s3");
    });
  }

  it("verifies the seed signature of S3's example of a chunked upload, whose body is in chunks", () => {
    const headers = {
      host: "s3.amazonaws.com",
      "x-amz-date": "20130524T000000Z",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": "66560",
      "content-length": "66824",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
        "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class," +
        "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    };
    const request = {
      method: "PUT",
      path: "/examplebucket/chunkObject.txt",
      headers,
      body: Buffer.from("10000;chunk"),
    };
    assert.equal(verifyExample(request, "2013-05-24T00:00:00Z"), "s3");
  });

  it("verifies S3's example of a presigned URL", () => {
    const query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const request = { path: "/test.txt", query, headers: { host: "examplebucket.s3.amazonaws.com" } };
    assert.equal(verifyExample(request, "2013-05-24T23:59:59Z"), "s3");
  });
});

describe("A verified signature", () => {
  it("tells who signed, with which key, for which service and region", async () => {
    const { verify } = prepare();
    assert.deepEqual(
      verify(await signed({ key: long, service: "dynamodb", at: now, method: "POST", body: "{}" })),
      {
        principal: root,
        accessKeyId: "AKIAOPERATOR",
        service: "dynamodb",
        region: "us-east-1",
      },
    );
  });

  const paths: [service: string, path: string][] = [
    ["s3", "/bucket/a%20b/%C3%A9%2Bx//y/../z"],
    ["s3", "/bucket/%28it%27s%29%2A%21"],
    ["execute-api", "/dev/jobs/a%20b%2Fc/"],
    ["lambda", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations"],
  ];
  for (const [service, path] of paths) {
    it(`is good for ${path} of ${service}`, async () => {
      const { verify } = prepare();
      const query = { prefix: "a b+c/d~", list: ["2", "10", "1"], empty: "" };
      assert.equal(verify(await signed({ key: long, service, at: now, path, query })).service, service);
    });
  }

  it("is good for a session that sends its token, until the session ends", async () => {
    const { credentials, verify, advance } = prepare();
    const role: Principal = {
      kind: "role",
      roleArn: "arn:aws:iam::0:role/r",
      arn: "arn:aws:sts::0:assumed-role/r/s",
    };
    const key = credentials.issue(role, { sessionToken: true, durationSeconds: 900 });
    assert.match(key.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    const request = await signed({ key, service: "sqs", at: now });
    assert.equal(verify(request).principal, role);
    advance(900_000);
    assert.deepEqual(
      refusal(() => verify(request)),
      ["ExpiredToken", 403, "The security token included in the request is expired"],
    );
  });

  it("is unknown again once its key is revoked", async () => {
    const { credentials, verify } = prepare();
    const key = credentials.issue(root, { sessionToken: true });
    const request = await signed({ key, service: "sqs", at: now });
    assert.equal(verify(request).principal, root);
    credentials.revoke(key.accessKeyId);
    assert.equal(refusal(() => verify(request))[0], "InvalidClientTokenId");
  });
});

describe("A signature is refused, in the words of the service,", () => {
  type Change = (request: UnverifiedRequest) => UnverifiedRequest;
  const header =
    (name: string, value: string): Change =>
    (request) => ({ ...request, headers: { ...request.headers, [name]: value } });
  const without =
    (name: string): Change =>
    (request) => ({
      ...request,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([other]) => other !== name)),
    });
  const authorization =
    (from: string | RegExp, to: string): Change =>
    (request) =>
      header("authorization", (request.headers["authorization"] ?? "").replace(from, to))(request);

  const cases: [title: string, service: string, change: Change, expected: [string, number, string]][] = [
    [
      "when there is none, for JSON",
      "dynamodb",
      without("authorization"),
      ["MissingAuthenticationTokenException", 400, "Missing Authentication Token"],
    ],
    [
      "when there is none, for REST JSON",
      "execute-api",
      without("authorization"),
      ["MissingAuthenticationTokenException", 403, "Missing Authentication Token"],
    ],
    [
      "when there is none, for a query service",
      "sns",
      without("authorization"),
      ["MissingAuthenticationToken", 403, "Request is missing Authentication Token"],
    ],
    ["when there is none, for S3", "s3", without("authorization"), ["AccessDenied", 403, "Access Denied"]],
    [
      "when the body is another",
      "dynamodb",
      (r) => ({ ...r, body: Buffer.from("{ }") }),
      ["InvalidSignatureException", 400, differs],
    ],
    [
      "when the body is another than its declared hash, for S3",
      "s3",
      (r) => ({ ...r, body: Buffer.from("{ }") }),
      [
        "XAmzContentSHA256Mismatch",
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      ],
    ],
    [
      "when the declared hash is no hash, for S3",
      "s3",
      header("x-amz-content-sha256", "hello"),
      [
        "InvalidArgument",
        400,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
      ],
    ],
    [
      "when the declared hash is missing, for S3",
      "s3",
      without("x-amz-content-sha256"),
      ["InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256"],
    ],
    [
      "when a signed header is another",
      "s3",
      header("host", "127.0.0.1:1"),
      ["SignatureDoesNotMatch", 403, differsOnS3],
    ],
    [
      "when the path is another",
      "sns",
      (r) => ({ ...r, path: "/x" }),
      ["SignatureDoesNotMatch", 403, differs],
    ],
    [
      "when the query is another",
      "execute-api",
      (r) => ({ ...r, query: "a=1" }),
      ["InvalidSignatureException", 403, differs],
    ],
    [
      "when the method is another",
      "sts",
      (r) => ({ ...r, method: "PUT" }),
      ["SignatureDoesNotMatch", 403, differs],
    ],
    [
      "when the time is another",
      "sts",
      header("x-amz-date", "20260501T120001Z"),
      ["SignatureDoesNotMatch", 403, differs],
    ],
    [
      "when the signature is cut short",
      "sts",
      authorization(/.$/, ""),
      ["SignatureDoesNotMatch", 403, differs],
    ],
    [
      "when the date of the scope is another",
      "sts",
      authorization("/20260501/", "/20260430/"),
      [
        "SignatureDoesNotMatch",
        403,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260430' != '20260501', from '20260501T120000Z'.",
      ],
    ],
    [
      "when the region is another",
      "states",
      authorization("us-east-1", "eu-west-1"),
      [
        "InvalidSignatureException",
        400,
        "Credential should be scoped to a valid region, not 'eu-west-1'; this one is 'us-east-1'.",
      ],
    ],
    [
      "when the region is another, for S3",
      "s3",
      authorization("us-east-1", "eu-west-1"),
      [
        "AuthorizationHeaderMalformed",
        400,
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      ],
    ],
    [
      "when the service of the scope is another",
      "sns",
      authorization("/sns/", "/sqs/"),
      ["SignatureDoesNotMatch", 403, differs],
    ],
    [
      "when the key is unknown, for JSON",
      "states",
      authorization("AKIAOPERATOR", "AKIANOBODY"),
      ["UnrecognizedClientException", 400, invalidToken],
    ],
    [
      "when the key is unknown, for a query service",
      "sqs",
      authorization("AKIAOPERATOR", "AKIANOBODY"),
      ["InvalidClientTokenId", 403, invalidToken],
    ],
    [
      "when the key is unknown, for S3",
      "s3",
      authorization("AKIAOPERATOR", "AKIANOBODY"),
      ["InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."],
    ],
    [
      "when a token comes with a long-term key",
      "sts",
      header("x-amz-security-token", "t"),
      ["InvalidClientTokenId", 403, invalidToken],
    ],
    [
      "when an x-amz header is not signed",
      "dynamodb",
      header("x-amz-target", "T.Op"),
      ["InvalidSignatureException", 400, "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."],
    ],
    [
      "when an x-amz header is not signed, for S3",
      "s3",
      header("x-amz-acl", "private"),
      ["AccessDenied", 403, "There were headers present in the request which were not signed: x-amz-acl"],
    ],
    [
      "when the host is not signed",
      "sts",
      authorization("host;", ""),
      ["SignatureDoesNotMatch", 403, "'host' must be a 'SignedHeader' in the AWS Authorization."],
    ],
    [
      "when its time cannot be read",
      "sts",
      header("x-amz-date", "yesterday"),
      [
        "IncompleteSignature",
        400,
        "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601",
      ],
    ],
    [
      "when there is no time",
      "sts",
      without("x-amz-date"),
      [
        "IncompleteSignature",
        400,
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
      ],
    ],
    [
      "when it is of another scheme",
      "sts",
      header("authorization", "Bearer abc"),
      [
        "IncompleteSignature",
        400,
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.",
      ],
    ],
    [
      "when parts are missing",
      "sts",
      header("authorization", "AWS4-HMAC-SHA256 Credential=x"),
      [
        "IncompleteSignature",
        400,
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256",
      ],
    ],
  ];
  for (const [title, service, change, expected] of cases) {
    it(title, async () => {
      const { verify } = prepare();
      const request = change(await signed({ key: long, service, at: now, method: "POST", body: "{}" }));
      const actual = refusal(() => verify(request, { guess: service }));
      assert.deepEqual(actual, expected);
    });
  }

  it("when a session does not send its token, or sends another's", async () => {
    const { credentials, verify } = prepare();
    const key = credentials.issue(root, { sessionToken: true });
    const { accessKeyId, secretAccessKey } = key;
    const tokenless = await signed({ key: { accessKeyId, secretAccessKey }, service: "s3", at: now });
    assert.equal(refusal(() => verify(tokenless))[0], "InvalidAccessKeyId");
    const wrong = await signed({ key: { ...key, sessionToken: "another" }, service: "s3", at: now });
    assert.deepEqual(
      refusal(() => verify(wrong)),
      ["InvalidToken", 400, "The provided token is malformed or otherwise invalid."],
    );
  });

  it("when it is for another service than the only one behind the door", async () => {
    const { verify } = prepare();
    const request = await signed({ key: long, service: "s3", at: now });
    assert.deepEqual(
      refusal(() => verify(request, { only: "execute-api" })),
      ["InvalidSignatureException", 403, "Credential should be scoped to correct service: 'execute-api'."],
    );
  });

  it("when its time is more than fifteen minutes away, either way", async () => {
    const { verify } = prepare();
    const minute = 60_000;
    const at = (minutes: number, service: string) =>
      signed({ key: long, service, at: now + minutes * minute, method: "POST", body: "{}" });
    assert.equal(verify(await at(-15, "sqs")).service, "sqs");
    assert.equal(verify(await at(15, "sqs")).service, "sqs");
    const refusalAt = async (minutes: number, service: string) => {
      const request = await at(minutes, service);
      return refusal(() => verify(request));
    };
    assert.deepEqual(await refusalAt(-16, "states"), [
      "InvalidSignatureException",
      400,
      "Signature expired: 20260501T114400Z is now earlier than 20260501T114500Z (20260501T120000Z - 15 min.)",
    ]);
    assert.deepEqual(await refusalAt(16, "sqs"), [
      "SignatureDoesNotMatch",
      403,
      "Signature not yet current: 20260501T121600Z is still later than 20260501T121500Z (20260501T120000Z + 15 min.)",
    ]);
    const tooSkewed = "The difference between the request time and the current time is too large.";
    assert.deepEqual(await refusalAt(-16, "s3"), ["RequestTimeTooSkewed", 403, tooSkewed]);
    assert.deepEqual(await refusalAt(16, "s3"), ["RequestTimeTooSkewed", 403, tooSkewed]);
  });
});

describe("A signature of version 2", () => {
  const message =
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
  const cases: [title: string, query: string, headers: Record<string, string>][] = [
    ["in the query", "AWSAccessKeyId=AKIAOPERATOR&Signature=abc%3D&Expires=1795236479", {}],
    ["in the header", "", { authorization: "AWS AKIAOPERATOR:abc=" }],
  ];
  for (const [title, query, headers] of cases) {
    it(`is refused ${title}, as S3 refuses it for new buckets`, () => {
      const { verify } = prepare();
      const request = { method: "GET", path: "/bucket/key", query, headers, body: Buffer.alloc(0) };
      assert.deepEqual(
        refusal(() => verify(request, { guess: "s3" })),
        ["InvalidRequest", 400, message],
      );
    });
  }
});

describe("A presigned request", () => {
  const object = { key: long, service: "s3", at: now, path: "/bucket/a%20b.txt" };

  it("is good until it expires, whatever the body", async () => {
    const { verify, advance } = prepare();
    const request = await presigned(
      { ...object, method: "PUT", headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
      3600,
    );
    const withBody = { ...request, body: Buffer.from("any") };
    advance(3_600_000);
    assert.equal(verify(withBody).service, "s3");
    advance(1);
    assert.deepEqual(
      refusal(() => verify(withBody)),
      ["AccessDenied", 403, "Request has expired"],
    );
  });

  it("carries the token of a session in its query", async () => {
    const { credentials, verify } = prepare();
    const key = credentials.issue(root, { sessionToken: true });
    const request = await presigned(
      { ...object, key, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
      60,
    );
    assert.equal(verify(request).accessKeyId, key.accessKeyId);
    const tokenless = request.query.replace(/X-Amz-Security-Token=[^&]*&?/, "");
    assert.equal(refusal(() => verify({ ...request, query: tokenless }))[0], "InvalidAccessKeyId");
  });

  it("is good for a service other than S3, which signs the empty body", async () => {
    const { verify } = prepare();
    const query = { Action: "GetCallerIdentity", Version: "2011-06-15" };
    const request = await presigned({ key: long, service: "sts", at: now, query }, 60);
    assert.equal(verify(request).service, "sts");
    const withBody = { ...request, body: Buffer.from("x") };
    assert.deepEqual(
      refusal(() => verify(withBody)),
      ["SignatureDoesNotMatch", 403, differs],
    );
  });

  const changes: [title: string, from: RegExp, to: string, expected: [string, number, string]][] = [
    [
      "is refused when a parameter is another",
      /response-content-type=[^&]*/,
      "response-content-type=text%2Fhtml",
      ["SignatureDoesNotMatch", 403, differsOnS3],
    ],
    [
      "is refused when it was made to last longer",
      /X-Amz-Expires=60/,
      "X-Amz-Expires=600",
      ["SignatureDoesNotMatch", 403, differsOnS3],
    ],
    [
      "is refused for more than seven days",
      /X-Amz-Expires=60/,
      "X-Amz-Expires=604801",
      [
        "AuthorizationQueryParametersError",
        400,
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
      ],
    ],
    [
      "is refused for less than no time",
      /X-Amz-Expires=60/,
      "X-Amz-Expires=-1",
      ["AuthorizationQueryParametersError", 400, "X-Amz-Expires must be non-negative"],
    ],
    [
      "is refused when it never expires",
      /&X-Amz-Expires=60/,
      "",
      ["AuthorizationQueryParametersError", 400, "Query-string authentication requires X-Amz-Expires."],
    ],
    [
      "is refused without a signature",
      /&X-Amz-Signature=.*/,
      "",
      [
        "AuthorizationQueryParametersError",
        400,
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
      ],
    ],
    [
      "is refused for another region",
      /us-east-1/,
      "eu-west-1",
      [
        "AuthorizationQueryParametersError",
        400,
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      ],
    ],
    [
      "is refused before its time",
      /X-Amz-Date=20260501T120000Z/,
      "X-Amz-Date=20260501T121600Z",
      ["AccessDenied", 403, "Request is not yet valid"],
    ],
  ];
  for (const [title, from, to, expected] of changes) {
    it(title, async () => {
      const { verify } = prepare();
      const query = { "response-content-type": "text/plain" };
      const request = await presigned(
        { ...object, query, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
        60,
      );
      assert.match(request.query, from);
      assert.deepEqual(
        refusal(() => verify({ ...request, query: request.query.replace(from, to) })),
        expected,
      );
    });
  }
});
