import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Counted } from "../../local/activity";
import type { RestApiOptions } from "../../local/gateway/restApi";
import { AwsError } from "../../local/services/service";
import { ask, now, startApi, stopApis } from "../helpers/gatewayApi";
import { functionArn, gatewayDocument } from "../helpers/gatewayDocument";

describe("The REST API", () => {
  afterEach(stopApis);

  const problem = "application/problem+json";
  const json = { "content-type": "application/json" };

  describe("finds the method", () => {
    const cases: [
      method: string,
      path: string,
      resource: string,
      parameters: Record<string, string> | null,
    ][] = [
      ["GET", "/jobs/a%2Bb+c", "/jobs/{jobId}", { jobId: "a%2Bb+c" }],
      ["GET", "/jobs/latest", "/jobs/latest", null],
      ["GET", "/jobs/17/", "/jobs/{jobId}", { jobId: "17" }],
      ["DELETE", "/files/a/b%20c/d", "/files/{proxy+}", { proxy: "a/b%20c/d" }],
      ["OPTIONS", "/files/x", "/files/{proxy+}", { proxy: "x" }],
      ["HEAD", "/files/x", "/files/{proxy+}", { proxy: "x" }],
    ];
    for (const [method, path, resource, parameters] of cases) {
      it(`for ${method} ${path}`, async () => {
        const { url, invocations } = await startApi();
        assert.equal((await ask(url + path, { method }))[0], 200);
        const [[arn, event, sourceArn] = []] = invocations;
        const expected = { resource, path, pathParameters: parameters };
        const { resource: r, path: p, pathParameters: q } = event as typeof expected;
        assert.deepEqual({ resource: r, path: p, pathParameters: q }, expected);
        assert.equal(arn, functionArn);
        assert.equal(
          sourceArn,
          `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/${method}${resource}`,
        );
      });
    }

    const unknown: [method: string, path: string][] = [
      ["GET", "/nothing"],
      ["GET", "/"],
      ["GET", "/files"],
      ["DELETE", "/jobs"],
      ["OPTIONS", "/jobs"],
      ["GET", "/jobs/1/2"],
    ];
    for (const [method, path] of unknown) {
      it(`and none for ${method} ${path}, which it takes for a missing token`, async () => {
        const { url, invocations } = await startApi();
        const body = {
          status: 499,
          title: "Missing Authentication Token",
          detail: "",
          type: "MISSING_AUTHENTICATION_TOKEN",
          instance: `/dev${path}`,
          resource: "",
        };
        assert.deepEqual(await ask(url + path, { method }), [403, problem, body]);
        assert.deepEqual(invocations, []);
      });
    }

    it("and has other work give way to those that change something, not to those that only look", async () => {
      const methods: string[] = [];
      let method = "";
      const courtesy: Counted = { during: (work) => (methods.push(method), work()) };
      const { url } = await startApi({ courtesy });
      const requests: [string, string][] = [
        ["GET", "/jobs/17"],
        ["DELETE", "/files/x"],
        ["HEAD", "/files/x"],
      ];
      for (const [asked, path] of requests) {
        method = asked;
        assert.equal((await ask(url + path, { method }))[0], 200);
      }
      assert.deepEqual(methods, ["DELETE"]);
    });

    it("and no HEAD for a GET", async () => {
      const { url } = await startApi();
      assert.deepEqual(await ask(`${url}/jobs/latest`, { method: "HEAD" }), [403, problem, ""]);
    });

    it("and forbids what is outside the stage", async () => {
      const { url } = await startApi();
      const { origin } = new URL(url);
      const expected = [403, "application/json", { message: "Forbidden" }];
      assert.deepEqual(await ask(`${origin}/jobs/latest`), expected);
      assert.deepEqual(await ask(`${origin}/develop/jobs/latest`), expected);
    });
  });

  describe("invokes the function", () => {
    it("with a complete proxy event", async () => {
      const { url, invocations } = await startApi({ stageVariables: { color: "blue" } });
      const port = new URL(url).port;
      const request = httpRequest(`${url}/files/a%20b?x=1&y=a+b%2Fc&x=2`, {
        method: "POST",
        headers: {
          Host: `127.0.0.1:${port}`,
          "User-Agent": "me",
          "x-TEST": ["1", "2"],
          Authorization: "Bearer t",
          "X-Forwarded-For": "192.0.2.1",
          Connection: "close",
        },
      });
      request.end("é");
      await once(request, "response");
      const [[, event] = []] = invocations;
      const { requestContext, headers, multiValueHeaders, ...rest } = event as Record<
        string,
        Record<string, string>
      >;
      const { requestId, extendedRequestId, deploymentId, resourceId, ...context } = requestContext ?? {};
      const trace = headers?.["X-Amzn-Trace-Id"];
      assert.match(requestId ?? "", /^[0-9a-f-]{36}$/);
      assert.match(extendedRequestId ?? "", /^[\w+/]{15}=$/);
      assert.match(deploymentId ?? "", /^[0-9a-z]{6}$/);
      assert.match(resourceId ?? "", /^[0-9a-z]{6}$/);
      assert.match(trace ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      assert.deepEqual(rest, {
        resource: "/files/{proxy+}",
        path: "/files/a%20b",
        httpMethod: "POST",
        queryStringParameters: { x: "2", y: "a b/c" },
        multiValueQueryStringParameters: { x: ["1", "2"], y: ["a b/c"] },
        pathParameters: { proxy: "a%20b" },
        stageVariables: { color: "blue" },
        body: "é",
        isBase64Encoded: false,
      });
      const single = {
        Host: `127.0.0.1:${port}`,
        "User-Agent": "me",
        "x-TEST": "2",
        Authorization: "Bearer t",
        "X-Amzn-Trace-Id": trace,
        "X-Forwarded-For": "192.0.2.1, 127.0.0.1",
        "X-Forwarded-Port": port,
        "X-Forwarded-Proto": "http",
      };
      assert.deepEqual(headers, single);
      const multiple = Object.entries({ ...single, "x-TEST": ["1", "2"] }).map(([name, value]) => [
        name,
        [value].flat(),
      ]);
      assert.deepEqual(multiValueHeaders, Object.fromEntries(multiple));
      assert.deepEqual(context, {
        accountId: "000000000000",
        apiId: "a1b2c3d4e5",
        domainName: `127.0.0.1:${port}`,
        domainPrefix: "127",
        httpMethod: "POST",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "127.0.0.1",
          user: null,
          userAgent: "me",
          userArn: null,
        },
        path: "/dev/files/a%20b",
        protocol: "HTTP/1.1",
        requestTime: "01/May/2026:12:00:00 +0000",
        requestTimeEpoch: now,
        resourcePath: "/files/{proxy+}",
        stage: "dev",
      });
    });

    it("with nulls where there is nothing", async () => {
      const { url, invocations } = await startApi();
      await ask(`${url}/jobs/latest`);
      const [[, event] = []] = invocations;
      const { queryStringParameters, multiValueQueryStringParameters, pathParameters, stageVariables, body } =
        event as Record<string, unknown>;
      assert.deepEqual(
        [queryStringParameters, multiValueQueryStringParameters, pathParameters, stageVariables, body],
        [null, null, null, null, null],
      );
    });

    it("with a binary body in base64, and decodes its answer for who accepts binary", async () => {
      const document = gatewayDocument({ "x-amazon-apigateway-binary-media-types": ["image/png"] });
      let event: unknown;
      const { url } = await startApi({
        document,
        invoke: async (_arn, given) => {
          event = given;
          return { payload: JSON.stringify({ body: "AAEC/w==", isBase64Encoded: true }) };
        },
      });
      const init = { method: "POST", headers: { "content-type": "image/png", accept: "image/png" } };
      const response = await fetch(`${url}/files/x`, { ...init, body: Buffer.from([0, 1, 2, 255]) });
      assert.deepEqual([...new Uint8Array(await response.arrayBuffer())], [0, 1, 2, 255]);
      const { body, isBase64Encoded } = event as Record<string, unknown>;
      assert.deepEqual([body, isBase64Encoded], ["AAEC/w==", true]);
      const asText = await fetch(`${url}/files/x`, { headers: { accept: "application/json" } });
      assert.equal(await asText.text(), "AAEC/w==");
    });
  });

  describe("passes the function's answer on", () => {
    const answers: [
      title: string,
      answer: unknown,
      expected: [status: number, headers: Record<string, string | null>, body: string],
    ][] = [
      [
        "with status 200 and JSON unless it says otherwise",
        { headers: { "X-A": "1" } },
        [200, { "x-a": "1", "content-type": "application/json" }, ""],
      ],
      ["with a status in text", { statusCode: "201", body: "é" }, [201, { "content-length": "2" }, "é"]],
      [
        "with a content type of its own",
        { statusCode: 422, headers: { "content-type": problem }, body: "{}" },
        [422, { "content-type": problem }, "{}"],
      ],
      ["with true and false as text", { statusCode: 200, headers: { a: true } }, [200, { a: "true" }, ""]],
      [
        "with several values of a header",
        { statusCode: 200, multiValueHeaders: { a: ["1", "2"] }, headers: { A: "3" } },
        [200, { a: "1, 2, 3" }, ""],
      ],
      ["without a body or headers", { statusCode: 204, headers: null, body: null }, [204, {}, ""]],
      [
        "with base64 as it is where nothing is binary",
        { statusCode: 200, body: "AA==", isBase64Encoded: true },
        [200, {}, "AA=="],
      ],
      [
        "with the headers that it sets itself under another name",
        {
          statusCode: 401,
          headers: { "WWW-Authenticate": "Basic", Server: "me", "Transfer-Encoding": "chunked" },
        },
        [
          401,
          {
            "x-amzn-remapped-www-authenticate": "Basic",
            "x-amzn-remapped-server": "me",
            server: null,
            "www-authenticate": null,
            "transfer-encoding": null,
          },
          "",
        ],
      ],
    ];
    for (const [title, answer, [status, headers, body]] of answers) {
      it(title, async () => {
        const { url } = await startApi({ invoke: async () => ({ payload: JSON.stringify(answer) }) });
        const response = await fetch(`${url}/jobs/latest`);
        const actual = Object.fromEntries(
          Object.keys(headers).map((name) => [name, response.headers.get(name)]),
        );
        assert.deepEqual([response.status, actual, await response.text()], [status, headers, body]);
        assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
        assert.match(response.headers.get("x-amz-apigw-id") ?? "", /=$/);
      });
    }

    const malformed: [title: string, payload: string, reason: RegExp][] = [
      ["no JSON", "<html>", /the answer is not JSON/],
      ["null", "null", /the answer is no object/],
      ["a text", '"text"', /the answer is no object/],
      ["an empty object", "{}", /or an empty one/],
      ["an unknown member", '{"statusCode":200,"cookies":[]}', /the answer has cookies/],
      ["an object as body", '{"statusCode":200,"body":{}}', /body is not a text/],
      ["a word as status", '{"statusCode":"ok"}', /statusCode is no HTTP status/],
      [
        "a number as header",
        '{"statusCode":200,"headers":{"a":1}}',
        /the value of the header a is not a text/,
      ],
      [
        "a header with a line break",
        '{"statusCode":200,"headers":{"a":"b\\nc"}}',
        /the header a is none of HTTP's/,
      ],
      [
        "a single value for several",
        '{"statusCode":200,"multiValueHeaders":{"a":"1"}}',
        /multiValueHeaders\.a is no list/,
      ],
    ];
    for (const [title, payload, reason] of malformed) {
      it(`but not ${title}, which is a malformed proxy response`, async () => {
        const { url, lines } = await startApi({ invoke: async () => ({ payload }) });
        const expected = [502, "application/json", { message: "Internal server error" }];
        assert.deepEqual(await ask(`${url}/jobs/latest`), expected);
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? "", reason);
      });
    }
  });

  describe("answers for the function", () => {
    const internal = { message: "Internal server error" };
    const failures: [
      title: string,
      invoke: RestApiOptions["invoke"],
      expected: [number, string, object],
      log: RegExp,
    ][] = [
      [
        "that failed",
        async () => ({ payload: '{"errorMessage":"no"}', functionError: "Unhandled" }),
        [502, "application/json", internal],
        /customer function error: {"errorMessage":"no"}/,
      ],
      [
        "that it may not invoke",
        () => Promise.reject(new AwsError("AccessDeniedException", "not you", 403)),
        [500, "application/json", internal],
        /not you/,
      ],
      [
        "that cannot be invoked",
        () => Promise.reject(new TypeError("a defect")),
        [500, "application/json", internal],
        /TypeError: a defect/,
      ],
    ];
    for (const [title, invoke, expected, log] of failures) {
      it(title, async () => {
        const { url, lines } = await startApi({ invoke });
        assert.deepEqual(await ask(`${url}/jobs/latest`), expected);
        assert.match(lines.join("\n"), log);
      });
    }

    it("that takes longer than 29 seconds", async () => {
      const waits: number[] = [];
      const impatient = {
        now: () => now,
        after: (milliseconds: number, callback: () => void) => {
          waits.push(milliseconds);
          setImmediate(callback);
          return () => undefined;
        },
      };
      const { url } = await startApi({ clock: impatient, invoke: () => new Promise(() => undefined) });
      assert.deepEqual(await ask(`${url}/jobs/latest`), [
        504,
        "application/json",
        { message: "Endpoint request timed out" },
      ]);
      assert.deepEqual(waits, [29_000]);
    });
  });

  describe("validates", () => {
    const bodies: [body: string, detail: string][] = [
      ["{}", '[object has missing required properties (["process"])]'],
      ["", '[object has missing required properties (["process"])]'],
      ["[]", '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'],
      [
        '{"process":"other"}',
        '[instance value ("other") not found in enum (possible values: ["sleep","apost"])]',
      ],
      [
        '{"process":"sleep","b":1,"a":1}',
        '[object instance has properties which are not allowed by the schema: ["a","b"]]',
      ],
      [
        '{"process":"sleep","seconds":0}',
        "[numeric instance is lower than the required minimum (minimum: 1, found: 0)]",
      ],
      [
        '{"process":"sleep","seconds":61}',
        "[numeric instance is greater than the required maximum (maximum: 60, found: 61)]",
      ],
      [
        '{"process":"sleep","seconds":1.5}',
        '[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]',
      ],
      ['{"process":"sleep","client":"a"}', '[string "a" is too short (length: 1, required minimum: 2)]'],
      [
        '{"process":"sleep","client":"abcde"}',
        '[string "abcde" is too long (length: 5, maximum allowed: 4)]',
      ],
      ['{"process":"sleep","client":"AB"}', '[ECMA 262 regex "^[a-z]+$" does not match input string "AB"]'],
    ];
    for (const [body, detail] of bodies) {
      it(`the body ${body || "that is missing"}`, async () => {
        const { url, invocations } = await startApi();
        const expected = {
          status: 400,
          title: "Invalid request body",
          detail,
          type: "BAD_REQUEST_BODY",
          instance: "/dev/open",
          resource: "/open",
        };
        assert.deepEqual(await ask(`${url}/open`, { method: "POST", headers: json, body }), [
          400,
          problem,
          expected,
        ]);
        assert.deepEqual(invocations, []);
      });
    }

    it("a body that is not JSON", async () => {
      const { url } = await startApi();
      const [status, type, body] = await ask(`${url}/open`, {
        method: "POST",
        headers: json,
        body: '{"process":',
      });
      assert.deepEqual([status, type, (body as { type: string }).type], [400, problem, "BAD_REQUEST_BODY"]);
    });

    const passed: [title: string, headers: Record<string, string>, body: string][] = [
      [
        "a good body",
        { "content-type": "application/json; charset=utf-8" },
        '{"process":"sleep","client":"abc"}',
      ],
      [
        "a body with more items than maxItems, which importing drops",
        json,
        '{"process":"sleep","tags":["a","b"]}',
      ],
      ["a content type without a model", { "content-type": "text/plain" }, "sleep"],
    ];
    for (const [title, headers, body] of passed) {
      it(`and lets pass ${title}`, async () => {
        const { url, invocations } = await startApi();
        assert.equal((await ask(`${url}/open`, { method: "POST", headers, body }))[0], 200);
        assert.equal((invocations[0]?.[1] as { body: string }).body, body);
      });
    }

    const parameters: [query: string, headers: Record<string, string>, missing: string | undefined][] = [
      ["", {}, "X-Client, status"],
      ["?status=", { "X-Client": "c" }, "status"],
      ["?status=FAILED", { "x-client": "c" }, "X-Client"],
      ["?status=FAILED", { "X-Client": "c" }, undefined],
    ];
    for (const [query, headers, missing] of parameters) {
      it(`the parameters ${query} ${JSON.stringify(headers)}`, async () => {
        const { url } = await startApi();
        const [status, body] = await getRaw(`${url}/jobs${query}`, headers);
        const title = `Missing required request parameters: [${missing}]`;
        const expected = {
          status: 499,
          title,
          detail: title,
          type: "BAD_REQUEST_PARAMETERS",
          instance: "/dev/jobs",
          resource: "/jobs",
        };
        assert.deepEqual(
          [status, body && (JSON.parse(body) as unknown)],
          missing ? [400, expected] : [200, ""],
        );
      });
    }
  });

  it("maps parameters of the request into headers of its own responses", async () => {
    const { url } = await startApi({
      document: gatewayDocument({
        "x-amazon-apigateway-gateway-responses": {
          DEFAULT_5XX: {
            statusCode: 503,
            responseParameters: {
              "gatewayresponse.header.X-Job": "method.request.path.jobId",
              "gatewayresponse.header.X-Query": "method.request.querystring.q",
              "gatewayresponse.header.X-None": "method.request.header.none",
              "gatewayresponse.header.X-Stage": "context.stage",
              "gatewayresponse.header.X-Color": "stageVariables.color",
            },
            responseTemplates: {
              "text/plain": "$context.error.message $stageVariables.color $5 $context.path.",
            },
          },
        },
      }),
      stageVariables: { color: "blue" },
      invoke: async () => ({ payload: "{}" }),
    });
    const response = await fetch(`${url}/jobs/17?q=a%20b`);
    const headers = ["x-job", "x-query", "x-none", "x-stage", "x-color", "content-type", "x-amzn-errortype"];
    assert.deepEqual(
      [response.status, await response.text(), headers.map((name) => response.headers.get(name))],
      [
        503,
        "Internal server error blue $5 /dev/jobs/17.",
        ["17", "a b", null, "dev", "blue", "text/plain", "InternalServerErrorException"],
      ],
    );
  });

  it("refuses a payload of more than 10 MB, in words that no document changes", async () => {
    const { url, invocations } = await startApi();
    const body = " ".repeat(10 * 1024 * 1024 + 1);
    assert.deepEqual(await ask(`${url}/open`, { method: "POST", headers: json, body }), [
      413,
      "text/plain",
      "HTTP content length exceeded 10485760 bytes.",
    ]);
    assert.deepEqual(invocations, []);
  });

  it("names its option when the port is in use", async () => {
    const { url } = await startApi();
    const port = Number(new URL(url).port);
    await assert.rejects(startApi({}, port), /^PortInUseError: .* with --api-port\.$/);
  });
});

/** With header names as they are given, which fetch would put in lower case. */
async function getRaw(
  url: string,
  headers: Record<string, string>,
): Promise<[status: number | undefined, body: string]> {
  const request = httpRequest(url, { headers });
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return [response.statusCode, await text(response)];
}
