import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { BatchClient, ListJobsCommand } from "@aws-sdk/client-batch";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient, ListTopicsCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { localAccountId, type Account } from "../../local/account";
import { systemClock } from "../../local/clock";
import type { Authorize } from "../../local/endpoint/authorize";
import { createEndpoint, type Endpoint } from "../../local/endpoint/server";
import { PortInUseError } from "../../local/endpoint/errors";
import { createCredentials, type AccessKey } from "../../local/iam/credentials";
import type { Principal } from "../../local/iam/principal";
import { silent } from "../../local/log";
import { callJson } from "../../local/services/internalClient";
import { jsonService } from "../../local/services/jsonProtocol";
import { AwsError, type AwsRequest, type Service } from "../../local/services/service";

const account: Account = { accountId: localAccountId, region: "us-east-1", partition: "aws" };
const root: Principal = { kind: "root", arn: `arn:aws:iam::${localAccountId}:root` };
const operator: AccessKey = { accessKeyId: "AKIAOPERATOR", secretAccessKey: "operator-secret" };

/** A service that answers everything with `body` and keeps what it was asked. */
function recording(body: string, contentType: string) {
  const requests: AwsRequest[] = [];
  const service: Service = {
    requiredPermissions: ({ method }) => [{ action: `test:${method}`, resource: "*" }],
    async handle(request) {
      requests.push(request);
      return { status: 200, headers: { "content-type": contentType }, body };
    },
    renderError: ({ code, message, status }) => ({
      status,
      headers: { "content-type": "application/xml" },
      body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    }),
  };
  return { service, requests };
}

describe("The endpoint", () => {
  let stop: (() => Promise<void>)[] = [];
  const open = <Client extends { destroy(): void }>(client: Client): Client => {
    stop.push(async () => client.destroy());
    return client;
  };
  afterEach(async () => {
    for (const end of stop.reverse()) await end();
    stop = [];
  });

  async function prepare(services: Record<string, Service>, authorize?: Authorize) {
    const credentials = createCredentials({ clock: systemClock });
    credentials.register(root, operator);
    const lines: string[] = [];
    const endpoint: Endpoint = createEndpoint({
      account,
      clock: systemClock,
      log: (line) => lines.push(line),
      credentials,
      services,
      ...(authorize && { authorize }),
    });
    const url = await endpoint.listen(0);
    stop.push(() => endpoint.stop());
    const settings = { endpoint: url, region: "us-east-1", credentials: operator, maxAttempts: 1 };
    return { endpoint, url, settings, lines, credentials };
  }

  const tables = jsonService({
    targetPrefix: "DynamoDB_20120810",
    version: "1.0",
    operations: {
      ListTables: {
        permissions: () => [{ action: "dynamodb:ListTables", resource: "*" }],
        run: (_input, principal) => ({ TableNames: [principal.kind] }),
      },
      DeleteTable: {
        permissions: () => [],
        run: () => {
          throw new TypeError("a defect");
        },
      },
    },
  });

  it("passes a signed request of the JavaScript SDK to the service that it is for", async () => {
    const { settings } = await prepare({ dynamodb: tables });
    const { $metadata, ...output } = await open(new DynamoDBClient(settings)).send(new ListTablesCommand({}));
    assert.deepEqual(output, { TableNames: ["root"] });
    assert.match($metadata.requestId ?? "", /^[0-9a-f-]{36}$/);
  });

  it("passes S3 requests with odd keys, and bodies sent in chunks with a trailer", async () => {
    const { service, requests } = recording("", "application/xml");
    const { settings } = await prepare({ s3: service });
    const client = open(new S3Client({ ...settings, forcePathStyle: true }));
    const Key = "inbound/a b+c/é(1)*'.json";
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: "{}" }));
    await client.send(new GetObjectCommand({ Bucket: "bucket", Key, VersionId: "a=b/c" }));
    assert.deepEqual(
      requests.map(({ method, path }) => [method, path]),
      [
        ["PUT", "/bucket/inbound/a%20b%2Bc/%C3%A9%281%29%2A%27.json"],
        ["GET", "/bucket/inbound/a%20b%2Bc/%C3%A9%281%29%2A%27.json"],
      ],
    );
  });

  it("passes requests of sessions as their principal", async () => {
    const { service, requests } = recording("{}", "application/x-amz-json-1.0");
    const { settings, credentials } = await prepare({ sqs: service });
    const role: Principal = {
      kind: "role",
      roleArn: "arn:aws:iam::0:role/r",
      arn: "arn:aws:sts::0:assumed-role/r/s",
    };
    const key = credentials.issue(role, { sessionToken: true, durationSeconds: 3600 });
    const client = open(new SQSClient({ ...settings, credentials: key }));
    await client.send(new GetQueueUrlCommand({ QueueName: "é" }));
    assert.deepEqual(
      requests.map(({ principal }) => principal),
      [role],
    );
  });

  it("refuses a wrong secret in the service's own words", async () => {
    const { settings } = await prepare({ dynamodb: tables });
    const client = open(
      new DynamoDBClient({ ...settings, credentials: { ...operator, secretAccessKey: "another" } }),
    );
    await assert.rejects(client.send(new ListTablesCommand({})), { name: "InvalidSignatureException" });
  });

  it("refuses what may not be done, from the wire and from within", async () => {
    const asked: unknown[] = [];
    const { settings, endpoint } = await prepare({ dynamodb: tables }, (request, service, permissions) => {
      asked.push([request.principal, service, permissions]);
      throw new AwsError("AccessDeniedException", "not you", 400);
    });
    const denied = { name: "AccessDeniedException", message: "not you" };
    await assert.rejects(open(new DynamoDBClient(settings)).send(new ListTablesCommand({})), denied);
    const target = "DynamoDB_20120810.ListTables";
    await assert.rejects(callJson(endpoint.dispatch, root, "dynamodb", target, {}), denied);
    const once = [root, "dynamodb", [{ action: "dynamodb:ListTables", resource: "*" }]];
    assert.deepEqual(asked, [once, once]);
  });

  it("carries out requests from within without a signature, for services that came later", async () => {
    const services: Record<string, Service> = {};
    const { endpoint } = await prepare(services);
    services["dynamodb"] = tables;
    const output = await callJson(endpoint.dispatch, root, "dynamodb", "DynamoDB_20120810.ListTables", {});
    assert.deepEqual(output, { TableNames: ["root"] });
  });

  it("names the services that it has when asked for another, in a form that the SDK prints", async () => {
    const { settings } = await prepare({ dynamodb: tables, s3: tables });
    const expected = {
      name: "UnknownServiceException",
      message: /the local cloud has no service '(sqs|batch|sns)'; it has dynamodb, s3/,
    };
    await assert.rejects(
      open(new SQSClient(settings)).send(new GetQueueUrlCommand({ QueueName: "q" })),
      expected,
    );
    await assert.rejects(open(new BatchClient(settings)).send(new ListJobsCommand({})), expected);
    await assert.rejects(open(new SNSClient(settings)).send(new ListTopicsCommand({})), expected);
  });

  it("answers a defect with 500 in the service's form, and logs its stack", async () => {
    const { endpoint, lines } = await prepare({ dynamodb: tables });
    const call = callJson(endpoint.dispatch, root, "dynamodb", "DynamoDB_20120810.DeleteTable", {});
    await assert.rejects(call, { name: "InternalFailure", status: 500 });
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /^dynamodb: POST \/ failed: TypeError: a defect\n +at .*endpoint\.test\.ts/s,
    );
  });

  const unsigned: [title: string, headers: Record<string, string>, expected: [number, string]][] = [
    [
      "of a browser like S3",
      {},
      [403, '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'],
    ],
    [
      "of DynamoDB in JSON",
      { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" },
      [400, '{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}'],
    ],
  ];
  for (const [title, headers, expected] of unsigned) {
    it(`answers an unsigned request ${title}`, async () => {
      const { url } = await prepare({ s3: recording("", "").service, dynamodb: tables });
      const response = await fetch(url, { method: "POST", headers, body: "{}" });
      assert.deepEqual([response.status, await response.text()], expected);
      assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
    });
  }

  it("refuses a body of more than 64 MiB", async () => {
    const { url } = await prepare({ s3: recording("", "").service });
    const response = await fetch(url, { method: "PUT", body: Buffer.alloc(64 * 1024 * 1024 + 1) });
    assert.deepEqual(
      [response.status, await response.text()],
      [
        400,
        '<?xml version="1.0"?><Error><Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size</Message></Error>',
      ],
    );
  });

  it("names the port and the option when the port is in use", async () => {
    const { url } = await prepare({});
    const port = Number(new URL(url).port);
    const other = createEndpoint({
      account,
      clock: systemClock,
      log: silent,
      credentials: createCredentials({ clock: systemClock }),
      services: {},
    });
    await assert.rejects(other.listen(port), (error) => {
      assert.ok(error instanceof PortInUseError);
      assert.equal(
        error.message,
        `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, or choose another port with --endpoint-port.`,
      );
      return true;
    });
    await other.stop();
  });

  it("stops at once while connections and requests are open", async () => {
    const arrivals = new EventEmitter();
    const stuck: Service = {
      ...recording("", "").service,
      handle: () => {
        arrivals.emit("request");
        return new Promise(() => undefined);
      },
    };
    const { endpoint, url, settings } = await prepare({ dynamodb: stuck });
    const idle = connect(Number(new URL(url).port), "127.0.0.1");
    await once(idle, "connect");
    const arrived = once(arrivals, "request");
    const refused = assert.rejects(open(new DynamoDBClient(settings)).send(new ListTablesCommand({})));
    await arrived;
    const closed = once(idle, "close");
    await endpoint.stop();
    await Promise.all([refused, closed]);
    await assert.rejects(fetch(url), { message: "fetch failed" });
  });
});
