import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { apiDocument, collectionFile, collectionOf, collectionText } from "../../cli/postman/collection";
import type { Collection, Item } from "../../cli/postman/collectionFormat";
import { nameOf, routesOf, type Operation, type Schema } from "../../cli/postman/openApi";

const document = apiDocument();
const collection = collectionOf(document);
const routes = routesOf(document);

const names = (variables: Collection["variable"]) => variables.map(({ key }) => key);
const itemNamed = (id: string, items = collection.item): Item => {
  const found = items.find((item) => item.id === id);
  ok(found, `there is no request ${id}`);
  return found;
};

describe("The Postman collection", () => {
  it("is what the OpenAPI document says now", () => {
    const isCurrent = readFileSync(collectionFile, "utf8") === collectionText();
    ok(isCurrent, "docs/jobrelay.postman_collection.json is not what the document says: run npm run postman");
  });

  it("has a request for each operation, and an example of each answer", () => {
    deepEqual(
      collection.item.map(({ id, request, response }) => [
        id,
        request.method,
        request.url.raw.replace(/\?.*$/, "").replace(/:(\w+)/g, "{$1}"),
        response.map(({ code }) => String(code)),
      ]),
      routes.map(({ method, path, operation }) => [
        operation.operationId,
        method,
        `{{baseUrl}}${path}`,
        Object.keys(operation.responses),
      ]),
    );
  });

  it("signs for API Gateway whatever the document wants signed, and nothing else", () => {
    deepEqual(Object.fromEntries((collection.auth.awsv4 ?? []).map(({ key, value }) => [key, value])), {
      accessKey: "{{accessKey}}",
      secretKey: "{{secretKey}}",
      sessionToken: "{{sessionToken}}",
      region: "{{region}}",
      service: "execute-api",
    });
    deepEqual(
      collection.item.map(({ id, request }) => [id, request.auth]),
      routes.map(({ operation: { operationId, security } }) => [
        operationId,
        security ? undefined : { type: "noauth" },
      ]),
    );
  });

  it("shows who sends a webhook by a token", () => {
    deepEqual(itemNamed("receiveWebhook").request.header, [
      { key: "Content-Type", value: "application/json" },
      {
        key: "webhook-token",
        value: "{{webhookToken}}",
        description: "What a stack with webhook: token has as its webhook secret",
      },
    ]);
  });

  it("gives every variable that it uses a value, and uses every one that it has", () => {
    const used = [...JSON.stringify(collection).matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
    deepEqual([...new Set(used)].sort(), names(collection.variable).sort());
  });

  it("begins with npm run local on this machine", () => {
    const { baseUrl, region, accessKey, secretKey, sessionToken, jobQueue } = Object.fromEntries(
      collection.variable.map(({ key, value }) => [key, value]),
    );
    deepEqual(
      { baseUrl, region, accessKey, secretKey, sessionToken, jobQueue },
      {
        baseUrl: "http://127.0.0.1:4567/v1",
        region: "us-east-1",
        accessKey: "AKIAJOBRELAYOPERATOR",
        secretKey: "local-operator-key-no-secret-at-all",
        sessionToken: "",
        jobQueue: "batch-queue-e730ad0",
      },
    );
  });
});

describe("The examples of the Postman collection", () => {
  const ajv = addFormats(new Ajv({ strict: false }));
  ajv.addSchema({ $id: "document", components: document.components });
  const errorsOf = (schema: Schema, value: unknown) => {
    const $ref = schema.$ref?.replace(/^#/, "document#");
    ajv.validate($ref === undefined ? schema : { $ref }, value);
    return ajv.errors;
  };
  const schemaOf = (content: Operation["responses"][string]["content"]) =>
    Object.values(content ?? {})[0]?.schema;

  for (const route of routes) {
    const { operationId, requestBody, responses } = route.operation;
    const { request, response } = itemNamed(operationId);
    const cases = [
      { what: "the request", schema: schemaOf(requestBody?.content), body: request.body?.raw },
      ...response.map(({ code, body }) => ({
        what: `the answer ${code}`,
        schema: schemaOf(responses[code]?.content),
        body,
      })),
    ];
    for (const { what, schema, body = "" } of cases) {
      it(`are what the schema allows: ${what} of ${nameOf(route)}`, () => {
        if (schema === undefined) equal(body, "");
        else deepEqual(errorsOf(schema, JSON.parse(body)), null);
      });
    }
  }

  it("start a settlement", () => {
    deepEqual(JSON.parse(itemNamed("submitJob").request.body?.raw ?? ""), {
      process: "settlement",
      client: "acme",
      parameters: { amount: 1200, currency: "EUR" },
    });
  });
});

/** What a script of the collection does with an answer: the variables that it sets. */
function variablesAfter(item: Item, status: number, answer: object): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const pm = {
    test: (_name: string, check: () => void) => check(),
    response: {
      to: { have: { status: (expected: number) => equal(status, expected) } },
      json: () => answer,
    },
    collectionVariables: { set: (name: string, value: unknown) => (set[name] = value) },
  };
  runInNewContext((item.event ?? []).flatMap(({ script }) => script.exec).join("\n"), { pm });
  return set;
}

describe("The scripts of the Postman collection", () => {
  for (const [id, status] of [
    ["submitJob", 202],
    ["submitBatchJob", 200],
  ] as const) {
    it(`keep the id of the job that ${id} starts, where the next request looks`, () => {
      deepEqual(variablesAfter(itemNamed(id), status, { jobId: "a-job" }), { jobId: "a-job" });
      deepEqual(
        itemNamed("getJob").request.url.variable?.map(({ key, value }) => [key, value]),
        [["jobId", "{{jobId}}"]],
      );
    });

    it(`fail when ${id} is refused`, () => {
      throws(() => variablesAfter(itemNamed(id), 422, {}), { name: "AssertionError" });
    });
  }
});
