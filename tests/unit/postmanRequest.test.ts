import { deepEqual, throws } from "node:assert/strict";
import { collectionOf } from "../../cli/postman/collection";
import type { OpenApi, Operation, Schema } from "../../cli/postman/openApi";

const text: Schema = { type: "string" };
const operation = (operationId: string, extra: Partial<Operation> = {}): Operation => ({
  operationId,
  summary: `Do ${operationId}`,
  security: [{ sigv4: [] }],
  responses: { "200": { description: "Done" } },
  ...extra,
});
const documentOf = (paths: OpenApi["paths"]): OpenApi => ({
  info: { title: "Jobs", description: "Some." },
  paths,
  components: { schemas: { Page: { type: "object", properties: { nextCursor: text } } } },
});

describe("A request made from an operation", () => {
  const list = operation("listJobs", {
    description: "Newest first.",
    parameters: [
      { name: "X-Tenant", in: "header", required: true, schema: { type: "string", enum: ["acme"] } },
      { name: "Idempotency-Key", in: "header", description: "Yours", schema: text },
      { name: "kind", in: "query", required: true, schema: { type: "string", default: "any" } },
      { name: "limit", in: "query", description: "At most", schema: { type: "integer" } },
    ],
    responses: {
      "200": {
        description: "A page",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Page" } } },
      },
    },
  });
  const { item, variable } = collectionOf(documentOf({ "/jobs": { get: list } }));
  const header = [
    { key: "X-Tenant", value: "{{xTenant}}" },
    { key: "Idempotency-Key", value: "{{idempotencyKey}}", description: "Yours", disabled: true },
  ];
  const url = {
    raw: "{{baseUrl}}/jobs?kind={{kind}}",
    host: ["{{baseUrl}}"],
    path: ["jobs"],
    query: [
      { key: "kind", value: "{{kind}}" },
      { key: "limit", value: "{{limit}}", description: "At most", disabled: true },
    ],
  };

  it("has its parameters as variables, and sends only those that it must", () => {
    deepEqual(item, [
      {
        id: "listJobs",
        name: "Do listJobs",
        event: [
          {
            listen: "test",
            script: {
              type: "text/javascript",
              exec: [
                'pm.test("A page", () => {',
                "  pm.response.to.have.status(200);",
                '  pm.collectionVariables.set("cursor", pm.response.json().nextCursor ?? "");',
                "});",
              ],
            },
          },
        ],
        request: {
          ...{ method: "GET", header, url },
          description: "`GET /jobs`\n\nNewest first.\n\n- **200** A page",
        },
        response: [
          {
            id: "listJobs-200",
            name: "A page",
            originalRequest: { method: "GET", header, url },
            status: "OK",
            code: 200,
            _postman_previewlanguage: "json",
            header: [{ key: "Content-Type", value: "application/json" }],
            cookie: [],
            body: "{}",
          },
        ],
      },
    ]);
  });

  it("adds a variable for each parameter, with a value to begin with", () => {
    deepEqual(
      variable
        .map(({ key, value }) => [key, value])
        .filter(([key]) => /tenant|key$|kind|limit/i.test(key ?? "")),
      [
        ["accessKey", "AKIAJOBRELAYOPERATOR"],
        ["secretKey", "local-operator-key-no-secret-at-all"],
        ["xTenant", "acme"],
        ["idempotencyKey", "settlement-2026-01-31"],
        ["kind", "any"],
        ["limit", "20"],
      ],
    );
  });

  it("has its place where a person would use it, or behind what has one", () => {
    const paths = {
      "/other": { get: operation("other") },
      "/job-complete": { post: operation("receiveWebhook") },
      "/jobs/{jobId}/redrive": { post: operation("redriveJob") },
      "/jobs/{jobId}/cancel": { post: operation("cancelJob") },
      "/jobs/{jobId}": { get: operation("getJob"), delete: operation("deleteJob") },
      "/jobs": { get: operation("listJobs"), post: operation("submitJob") },
      "/v1/submitjob": { post: operation("submitBatchJob") },
    };
    deepEqual(
      collectionOf(documentOf(paths)).item.map(({ id }) => id),
      [
        ...["submitJob", "getJob", "listJobs", "cancelJob", "redriveJob", "submitBatchJob", "receiveWebhook"],
        ...["other", "deleteJob"],
      ],
    );
  });

  it("cannot be made with a reference that leads nowhere", () => {
    const content = { "application/json": { schema: { $ref: "#/components/schemas/Nothing" } } };
    const put = operation("put", { requestBody: { content } });
    throws(() => collectionOf(documentOf({ "/jobs": { put } })), {
      message: "The document has no #/components/schemas/Nothing.",
    });
  });
});
