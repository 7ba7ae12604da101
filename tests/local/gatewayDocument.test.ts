import assert from "node:assert/strict";
import { parseDocument } from "../../local/gateway/document";
import { OpenApiImportError } from "../../local/gateway/errors";
import { gatewayDocument, integration } from "../helpers/gatewayDocument";

type Json = Record<string, unknown>;

const paths = (path: string, operation: Json): Json => ({ paths: { [path]: { get: operation } } });
const get = (extra: Json): Json =>
  paths("/a", { "x-amazon-apigateway-integration": integration(), ...extra });
const integrated = (extra: Json): Json =>
  paths("/a", { "x-amazon-apigateway-integration": integration(extra) });
const schema = (value: Json, name = "A"): Json => ({ components: { schemas: { [name]: value } }, paths: {} });
const response = (type: string, definition: Json): Json => ({
  "x-amazon-apigateway-gateway-responses": { [type]: definition },
});

describe("An OpenAPI document", () => {
  it("describes the methods of an API", () => {
    const { methods, binaryMediaTypes } = parseDocument(gatewayDocument());
    assert.deepEqual(
      methods.map(
        ({
          httpMethod,
          resourcePath,
          authorization,
          requiredParameters,
          bodyModels,
          integration: { timeout },
        }) => [
          httpMethod,
          resourcePath,
          authorization,
          requiredParameters.map(({ location, name }) => `${location}.${name}`),
          [...(bodyModels?.keys() ?? [])],
          timeout,
        ],
      ),
      [
        ["GET", "/jobs", "NONE", ["querystring.status", "header.X-Client"], [], 29_000],
        ["POST", "/jobs", "AWS_IAM", [], ["application/json"], 29_000],
        ["POST", "/open", "NONE", [], ["application/json"], 29_000],
        ["GET", "/jobs/{jobId}", "NONE", [], [], 29_000],
        ["GET", "/jobs/latest", "NONE", [], [], 29_000],
        ["ANY", "/files/{proxy+}", "NONE", [], [], 29_000],
      ],
    );
    assert.deepEqual(binaryMediaTypes, []);
  });

  it("is not validated against where it names no validator", () => {
    const [method] = parseDocument(
      gatewayDocument({
        "x-amazon-apigateway-request-validator": undefined,
        ...get({ parameters: [{ name: "q", in: "query", required: true }] }),
      }),
    ).methods;
    assert.deepEqual([method?.requiredParameters, method?.bodyModels], [[], undefined]);
  });

  const refused: [title: string, extra: Json, message: RegExp][] = [
    [
      "of version 3.1",
      { openapi: "3.1.0" },
      /openapi: '3\.1\.0' is not supported; API Gateway imports 3\.0\.x/,
    ],
    ["of version 2.0", { openapi: undefined, swagger: "2.0" }, /openapi: 'undefined' is not supported/],
    ["without a title", { info: { version: "1" } }, /info\.title: must be a text/],
    ["without paths", { paths: undefined }, /paths: must be an object/],
    [
      "with an extension that the local cloud lacks",
      { "x-amazon-apigateway-policy": {} },
      /x-amazon-apigateway-policy: the local cloud does not support/,
    ],
    ["without an integration", paths("/a", {}), /paths\.\/a\.get: No integration defined for method/],
    [
      "with an integration of another type",
      integrated({ type: "http" }),
      /supports aws_proxy only, not 'http'/,
    ],
    ["that invokes with another method", integrated({ httpMethod: "GET" }), /invoked with POST/],
    [
      "with another integration URI",
      integrated({ uri: "arn:aws:lambda:us-east-1:0:function:f" }),
      /is not arn:aws:apigateway/,
    ],
    [
      "with a timeout over 29 s",
      integrated({ timeoutInMillis: 30_000 }),
      /Timeout should be between 50 ms and 29000 ms/,
    ],
    [
      "with credentials for an integration",
      integrated({ credentials: "arn" }),
      /credentials: the local cloud does not support this/,
    ],
    ["with a path that is no path", paths("a", {}), /must begin with a slash/],
    ["with a variable inside a path part", paths("/a{b}", {}), /Resource's path part 'a\{b\}' only allows/],
    ["with a greedy variable in the middle", paths("/{a+}/b", {}), /must be the last part/],
    [
      "with two variables at one place",
      { paths: { "/j/{a}": {}, "/j/{b}/c": {} } },
      /A sibling \(\{a\}\) of this resource already has a variable path part/,
    ],
    [
      "with a method unknown to API Gateway",
      { paths: { "/a": { trace: {} } } },
      /is no method that API Gateway knows/,
    ],
    [
      "with an unknown validator",
      get({ "x-amazon-apigateway-request-validator": "x" }),
      /unknown validator "x"; there are all/,
    ],
    ["with an unknown security scheme", get({ security: [{ x: [] }] }), /unknown scheme 'x'/],
    [
      "with a cookie parameter",
      get({ parameters: [{ name: "c", in: "cookie" }] }),
      /parameters\.c: cannot be in 'cookie'/,
    ],
    [
      "with a reference to nowhere",
      get({ parameters: [{ $ref: "#/components/parameters/P" }] }),
      /points nowhere/,
    ],
    [
      "with a reference in a response",
      get({ responses: { 500: { $ref: "#/components/responses/R" } } }),
      /does not support a \$ref here/,
    ],
    [
      "with a response of a primitive type",
      get({ responses: { 200: { content: { "application/json": { schema: { type: "string" } } } } } }),
      /must be an object, not "string"/,
    ],
    [
      "with a security scheme of another type",
      { components: { securitySchemes: { x: { type: "http" } } }, ...get({ security: [{ x: [] }] }) },
      /the type must be apiKey, not 'http'/,
    ],
    [
      "with an authorizer",
      { components: { securitySchemes: { x: { type: "apiKey" } } }, ...get({ security: [{ x: [] }] }) },
      /awsSigv4 only/,
    ],
    ["with a model's name that is no name", schema({}, "a-b"), /Model name must be alphanumeric/],
    [
      "with an example in a model",
      schema({ type: "object", properties: { a: { example: 1 } } }),
      /components\.schemas\.A\.properties\.a: Invalid model schema specified\. Unsupported keyword\(s\): \["example"\]/,
    ],
    [
      "with keywords newer than draft 4",
      schema({ anyOf: [{ const: 1, nullable: true }] }),
      /\.anyOf\[0\]: .*\["const","nullable"\]/,
    ],
    ["with a default in a model", schema({ default: 1 }), /\["default"\]/],
    [
      "with int32 in a model",
      schema({ items: { type: "integer", format: "int32" } }),
      /\.items: API Gateway does not support the format int32/,
    ],
    [
      "with a model that refers elsewhere",
      schema({ $ref: "other.json#/A" }),
      /must point into #\/components\/schemas\//,
    ],
    [
      "with a model of no type known",
      get({ requestBody: { content: { "application/json": { schema: { type: "text" } } } } }),
      /Invalid model schema specified: /,
    ],
    [
      "with an unknown response type",
      response("NOT_FOUND", {}),
      /unknown response type; there are ACCESS_DENIED, /,
    ],
    ["with a status that is none", response("THROTTLED", { statusCode: "99" }), /"99" is no HTTP status/],
    [
      "with an unknown variable in a template",
      response("THROTTLED", { responseTemplates: { "application/json": "$context.error.detail" } }),
      /responseTemplates\.application\/json: unknown variable \$context\.error\.detail; there are /,
    ],
    [
      "with a function of VTL in a template",
      response("THROTTLED", { responseTemplates: { "application/json": "$util.escapeJavaScript(1)" } }),
      /unknown variable \$util\.escapeJavaScript/,
    ],
    [
      "with a header mapped from nothing",
      response("THROTTLED", { responseParameters: { "gatewayresponse.header.A": "literal" } }),
      /invalid mapping expression literal/,
    ],
    [
      "with a header mapped from an unknown variable",
      response("THROTTLED", { responseParameters: { "gatewayresponse.header.A": "context.none" } }),
      /unknown variable \$context\.none/,
    ],
    [
      "with a parameter that is no header",
      response("THROTTLED", { responseParameters: { "method.response.header.A": "'a'" } }),
      /must be named gatewayresponse\.header\.<name>/,
    ],
  ];
  for (const [title, extra, message] of refused) {
    it(`is refused ${title}`, () => {
      assert.throws(
        () => parseDocument(gatewayDocument(extra)),
        (error) => {
          assert.ok(error instanceof OpenApiImportError, String(error));
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
