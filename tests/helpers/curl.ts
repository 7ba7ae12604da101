import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import type { Relay } from "./relay";

/** Whether there is a curl that can sign requests (7.75 or later), in a language and by a signer of its own. */
export function hasSigningCurl(): boolean {
  const { stdout, error } = spawnSync("curl", ["--version"], { encoding: "utf8" });
  const [, major = "0", minor = "0"] = /^curl (\d+)\.(\d+)/.exec(error ? "" : stdout) ?? [];
  return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 75);
}

/** Batch's answer to a SubmitJob that curl has signed as the operator, or its refusal. */
export async function submitByCurl(
  { cloud: { endpointUrl, region, operator } }: Relay,
  submission: object,
  secret = operator.secretAccessKey,
): Promise<{ readonly jobId?: string; readonly message?: string }> {
  const { stdout } = await promisify(execFile)("curl", [
    ...["--silent", "--show-error", "--aws-sigv4", `aws:amz:${region}:batch`],
    ...["--user", `${operator.accessKeyId}:${secret}`],
    ...["--header", "Content-Type: application/json"],
    ...["--data", JSON.stringify(submission), `${endpointUrl}/v1/submitjob`],
  ]);
  return JSON.parse(stdout) as { jobId?: string; message?: string };
}
