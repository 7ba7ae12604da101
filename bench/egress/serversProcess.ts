import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A platform whose outputs are as long as their job's id says, and the AWS services that copying one needs. */
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

const block = Buffer.alloc(64 * 1024, "jobrelay");

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "/", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const output = /^\/jobs\/(\d+)\/output$/.exec(pathname);
  if (method === "GET" && output) return sendOutput(Number(output[1]), response);
  const target = String(headers["x-amz-target"] ?? "");
  if (target !== "") return answerJson(target, await textOf(request), response);
  // What is sent is discarded as fast as it comes.
  await once(request.resume(), "end");
  answerS3(method ?? "", searchParams, response);
}

async function sendOutput(bytes: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": bytes,
    "Content-Disposition": 'attachment; filename="output.bin"',
    "Accept-Ranges": "bytes",
    ETag: `"${bytes}"`,
  });
  await pipeline(Readable.from(blocks(bytes), { objectMode: false }), response);
}

function* blocks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= block.length)
    yield left < block.length ? block.subarray(0, left) : block;
}

function answerJson(target: string, body: string, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(jsonAnswer(target.split(".").at(-1) ?? "", body)));
}

function jsonAnswer(operation: string, body: string): object {
  if (operation === "GetSecretValue") return { SecretString: "token" };
  if (operation !== "GetItem") return {};
  const { Key } = JSON.parse(body) as { Key: { jobId: { S: string } } };
  const parameters = JSON.stringify({ id: Key.jobId.S, event: "job_complete" });
  return {
    Item: {
      jobId: Key.jobId,
      process: { S: "egress" },
      status: { S: "RUNNING" },
      parameters: { S: parameters },
    },
  };
}

function answerS3(method: string, parameters: URLSearchParams, response: ServerResponse): void {
  response.setHeader("ETag", '"etag"');
  response.setHeader("Content-Type", "application/xml");
  if (parameters.has("uploads")) {
    response.end(
      "<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>",
    );
  } else if (method === "POST") {
    response.end("<CompleteMultipartUploadResult><ETag>etag</ETag></CompleteMultipartUploadResult>");
  } else if (parameters.has("list-type")) {
    response.end("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>");
  } else response.end();
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
