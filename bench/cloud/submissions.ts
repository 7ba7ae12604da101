import { Agent, request, type OutgoingHttpHeaders } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { CloudFacts } from "./protocol";

/** A request of a caller that is signed, and needs only to be sent. */
export interface Submission {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

/** Signs requests for jobs ahead, so that what is measured is the cloud and not the client. */
export function signSubmissions(facts: CloudFacts, process: string, count: number): Promise<Submission[]> {
  const { region, caller } = facts;
  const url = new URL(`${facts.apiUrl}/jobs`);
  const signer = new SignatureV4({ region, credentials: caller, service: "execute-api", sha256: Sha256 });
  const sign = async (number: number): Promise<Submission> => {
    const body = JSON.stringify({ process, client: `client-${number}` });
    const { protocol, hostname, host, pathname: path } = url;
    const headers = { host, "content-type": "application/json", "content-length": String(body.length) };
    const unsigned = { method: "POST", protocol, hostname, port: Number(url.port), path, headers, body };
    const signed = await signer.sign(new HttpRequest(unsigned));
    return { url, headers: signed.headers, body };
  };
  return Promise.all(Array.from({ length: count }, (_, number) => sign(number)));
}

/** An answer to a submission. */
export interface Submitted {
  readonly jobId: string;
  readonly milliseconds: number;
  /** When it was answered, as `performance.now` counts. */
  readonly at: number;
}

/**
 * Sends requests, some at the same time, over connections that stay open.
 * @returns in the order of the answers
 * @throws on an answer that is not 202
 */
export async function sendSubmissions(
  submissions: readonly Submission[],
  concurrency: number,
): Promise<Submitted[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const waiting = submissions.values();
  const answers: Submitted[] = [];
  const sendWaiting = async () => {
    for (const submission of waiting) answers.push(await sendSubmission(agent, submission));
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, sendWaiting));
    return answers;
  } finally {
    agent.destroy();
  }
}

function sendSubmission(agent: Agent, { url, headers, body }: Submission): Promise<Submitted> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const at = performance.now();
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode !== 202) return reject(new Error(`${response.statusCode}: ${text}`));
        const { jobId } = JSON.parse(text) as { jobId: string };
        resolve({ jobId, milliseconds: at - started, at });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Submits one job. */
export async function submitOne(facts: CloudFacts, process: string): Promise<string> {
  const [submitted] = await sendSubmissions(await signSubmissions(facts, process, 1), 1);
  if (!submitted) throw new Error("the submission was not answered");
  return submitted.jobId;
}
