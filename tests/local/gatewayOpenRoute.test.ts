import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { startApi, stopApis } from "../helpers/gatewayApi";
import { functionArn, gatewayDocument, integration } from "../helpers/gatewayDocument";

/** A webhook: anyone may call it, and nothing is asked of the body. Other routes of the document ask much. */
const webhook = {
  security: [],
  responses: { "202": { description: "accepted" } },
  "x-amazon-apigateway-integration": integration(),
};

const { paths, ...rest } = gatewayDocument();
const document: Record<string, unknown> = {
  ...rest,
  paths: { ...(paths as object), "/job-complete": { post: webhook } },
  security: [{ sigv4: [] }],
  // The routes that want one name it themselves.
  "x-amazon-apigateway-request-validator": undefined,
};

type Headers = Record<string, string | string[]>;

describe("A route of the REST API without security and request validator", () => {
  afterEach(stopApis);

  /** What the caller was answered, and the event that the function was invoked with. */
  async function post(body: string | Buffer, headers: Headers = {}, path = "/job-complete") {
    const { url, invocations } = await startApi({
      document,
      invoke: async (...invocation) => {
        invocations.push(invocation);
        return { payload: '{"statusCode":202,"body":"{}"}' };
      },
    });
    const request = httpRequest(url + path, { method: "POST", headers: { Connection: "close", ...headers } });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const [[arn, event] = []] = invocations;
    return { status: response.statusCode, answer: await text(response), arn, event: event as ProxyEvent };
  }

  interface ProxyEvent {
    readonly body: string | null;
    readonly isBase64Encoded: boolean;
    readonly headers: Readonly<Record<string, string>>;
    readonly multiValueHeaders: Readonly<Record<string, string[]>>;
    readonly requestContext: { readonly identity: { readonly userArn: string | null } };
  }

  it("invokes the function for a caller who signs nothing, and gives its answer", async () => {
    const { status, answer, arn, event } = await post("{}");
    assert.deepEqual([status, answer, arn], [202, "{}", functionArn]);
    assert.equal(event.requestContext.identity.userArn, null);
  });

  const bodies: readonly (readonly [title: string, body: string, contentType?: string])[] = [
    ["JSON with its spaces and order", '{ "id" :"7",\r\n\t"event": "job_complete" , "id":"8"}\n'],
    ["characters of every plane", '{"msg":"é ü 日本 😀 \\u0000 \u2028"}'],
    ["no JSON", "{not json"],
    ["no JSON under another type", "a=1&b=%20+", "application/x-www-form-urlencoded"],
    ["text of any type", "<x/>", "application/xml; charset=utf-8"],
    ["what looks like Base64", "aGVsbG8=", "application/octet-stream"],
  ];
  for (const [title, body, contentType = "application/json"] of bodies) {
    it(`hands on ${title}, unchanged`, async () => {
      const { status, event } = await post(body, { "Content-Type": contentType });
      assert.deepEqual([status, event.body, event.isBase64Encoded], [202, body, false]);
    });
  }

  it("hands on an empty body as null", async () => {
    assert.equal((await post("")).event.body, null);
  });

  it("hands on headers in the case in which they were sent, every value of each", async () => {
    const sent = {
      "Webhook-Id": "msg_1",
      "webhook-timestamp": "1772323200",
      "WEBHOOK-Signature": ["v1,first", "v1,second"],
      "Content-Type": "application/json",
    };
    const { event } = await post("{}", sent);
    const own = (headers: object) => {
      const names = Object.keys(sent);
      return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
    };
    assert.deepEqual(own(event.headers), { ...sent, "WEBHOOK-Signature": "v1,second" });
    assert.deepEqual(
      own(event.multiValueHeaders),
      Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value].flat()])),
    );
  });

  it("leaves other routes of the API closed to who signs nothing", async () => {
    const { status, event } = await post("{}", {}, "/jobs");
    assert.deepEqual([status, event], [403, undefined]);
  });
});
