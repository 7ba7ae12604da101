import { deepEqual, equal } from "node:assert/strict";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { steadyClient } from "../../functions/lib/steadyClient";

/** What a client sends, as far as the tests look at it. */
interface Sent {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A client of AWS itself, whose requests are kept instead of sent. */
function recording() {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    const turns = sent.push(request) % 3;
    // Some are answered while others are only being signed.
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    return { response: { statusCode: 200, headers: {}, body: Readable.from(["{}"]) } };
  };
  const config = {
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    requestHandler: { handle },
  };
  return { sent, config };
}

/** Everything of a request that depends neither on time nor on chance; of the signature, what it is for and covers. */
function constant({ method, protocol, hostname, path, headers, body }: Sent) {
  const changing = ["x-amz-date", "amz-sdk-invocation-id", "authorization", "user-agent", "x-amz-user-agent"];
  const others = Object.entries(headers).filter(([name]) => !changing.includes(name));
  const signature = (headers["authorization"] ?? "")
    .replace(/\/\d{8}\//, "/DATE/")
    .replace(/Signature=.*/, "");
  return {
    method,
    protocol,
    hostname,
    path,
    body: typeof body === "string" ? body : new TextDecoder().decode(body),
    headers: Object.fromEntries(others),
    signature,
  };
}

/** What a client sends for many requests at the same time. */
async function sentBy(options: object, ask: (config: object) => Promise<unknown>[]) {
  const { sent, config } = recording();
  await Promise.all(ask({ ...config, ...options }));
  return sent.map(constant).sort((one, other) => (one.path + one.body < other.path + other.body ? -1 : 1));
}

const many = Array.from({ length: 30 }, (_none, index) => String(index).padStart(2, "0"));

describe("A client that keeps its middleware", () => {
  it("sends what another one sends, when many objects are written to a bucket of AWS at the same time", async () => {
    const write = (config: object) => {
      const s3 = new S3Client(config);
      return many.map((n) =>
        s3.send(
          new PutObjectCommand({
            Bucket: "a-bucket",
            Key: `outbound/job ${n}/data.json`,
            Body: `{"n":${n}}`,
          }),
        ),
      );
    };
    const steady = await sentBy(steadyClient, write);
    deepEqual(steady, await sentBy({}, write));
    equal(steady[7]?.hostname, "a-bucket.s3.eu-central-1.amazonaws.com");
    equal(steady[7].path, "/outbound/job%2007/data.json");
    equal(steady[7].body, '{"n":07}');
  });

  it("sends what another one sends, when many items of a table are read at the same time", async () => {
    const read = (config: object) => {
      const table = new DynamoDBClient(config);
      return many.map((n) => table.send(new GetItemCommand({ TableName: "jobs", Key: { jobId: { S: n } } })));
    };
    const steady = await sentBy(steadyClient, read);
    deepEqual(steady, await sentBy({}, read));
    deepEqual(steady[7]?.body, '{"TableName":"jobs","Key":{"jobId":{"S":"07"}}}');
  });
});
