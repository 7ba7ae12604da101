import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The copying of one output by a process of its own. */
export interface Copy {
  readonly bytes: number;
  readonly milliseconds: number;
  /** The most memory that the process ever had, Node.js itself included. */
  readonly peakBytes: number;
}

/** Copies an output by the function, as Lambda would call it. */
export function copyByFunction(folder: string, url: string, bytes: number): Promise<Copy> {
  return copyBy(functionProgram(folder, bytes), url, bytes);
}

/** Copies one by what Node.js offers: the response into the request, and nothing kept, counted or repeated. */
export function copyByPipeline(url: string, bytes: number): Promise<Copy> {
  return copyBy(pipelineProgram(url, bytes), url, bytes);
}

async function copyBy(program: string, url: string, bytes: number): Promise<Copy> {
  const env = {
    PATH: process.env["PATH"],
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    TABLE_NAME: "jobs",
  };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { env });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  const { milliseconds, peakBytes } = JSON.parse(last) as Omit<Copy, "bytes">;
  return { bytes, milliseconds, peakBytes };
}

/** Both are warm when they are timed: how long a function takes to start is a figure of its own. */
const warmUpBytes = 1_000_000;

const timed = `async (copy, bytes) => {
  await copy(${warmUpBytes});
  const started = performance.now();
  await copy(bytes);
  console.log("\\n" + JSON.stringify({
    milliseconds: performance.now() - started,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }));
}`;

export function functionProgram(folder: string, bytes: number): string {
  return `
    const { handler } = require(${JSON.stringify(`${folder}/index.js`)});
    const messageFor = (bytes) => ({
      messageId: "m1",
      receiptHandle: "r1",
      body: JSON.stringify({ jobId: String(bytes) }),
      attributes: { ApproximateReceiveCount: "1" },
    });
    const copy = async (bytes) => {
      const context = { getRemainingTimeInMillis: () => 900000 };
      const { batchItemFailures } = await handler({ Records: [messageFor(bytes)] }, context);
      if (batchItemFailures.length > 0) process.exit(1);
    };
    (${timed})(copy, ${bytes});
  `;
}

function pipelineProgram(url: string, bytes: number): string {
  return `
    const { get, request } = require("node:http");
    const { pipeline } = require("node:stream/promises");
    const copy = (bytes) => new Promise((resolve, reject) => {
      get(${JSON.stringify(url)} + "/jobs/" + bytes + "/output", (response) => {
        const upload = request(${JSON.stringify(`${url}/egress/object`)}, {
          method: "PUT",
          headers: { "Content-Length": bytes },
        });
        upload.on("response", (answer) => answer.resume().on("end", resolve));
        pipeline(response, upload).catch(reject);
      });
    });
    (${timed})(copy, ${bytes});
  `;
}
