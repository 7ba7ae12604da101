import { deepEqual, equal } from "node:assert/strict";
import type { LocalWebhook } from "../../cli/storeSecrets";
import { welcome } from "../../cli/welcome";
import type { LocalCloud } from "../../local/localCloud";

const key = { accessKeyId: "AKIA", secretAccessKey: "secret" };
const outputs = { apiUrl: "http://127.0.0.1:4567/v1", handoffBucket: "handoffs" };

/** The lines of the welcome that name what egress is about. */
function egressLines(more: object, webhook?: LocalWebhook): string[] {
  const cloud = {
    ...{ endpointUrl: "http://127.0.0.1:4566", region: "eu-west-1", operator: key },
    access: { sessionOf: () => ({ ...key, sessionToken: "token" }) },
    outputs: { ...outputs, ...more },
  } as unknown as LocalCloud;
  const lines = welcome(cloud, { stack: "dev" }, webhook).split("\n");
  return lines.filter((line) => /Outputs|webhook|job-complete|job_complete|last|platform/i.test(line));
}

describe("The welcome of npm run local", () => {
  it("says nothing of platforms where there is none, nor of outputs where nothing keeps them", () => {
    deepEqual(egressLines({}), []);
  });

  it("names the bucket where outputs last", () => {
    deepEqual(egressLines({ egressBucket: "last" }), ["  Outputs   last"]);
  });

  it("has a call of the webhook to paste, with its token", () => {
    const webhook: LocalWebhook = { authentication: "token", secret: "local-webhook-token" };
    deepEqual(egressLines({ egressBucket: "last" }, webhook), [
      "  Outputs   last",
      "Tell that a job of the platform has an output, and find it in the bucket last:",
      `  curl -w "\\n" -H "webhook-token: local-webhook-token" -H "Content-Type: application/json" \\`,
      `    -d '{"id":"PLATFORM_JOB_ID","event":"job_complete"}' http://127.0.0.1:4567/v1/job-complete`,
      "  aws --endpoint-url http://127.0.0.1:4566 s3 ls --recursive s3://last/",
    ]);
  });

  it("says with which secret the webhook is signed, where it is", () => {
    const secret = "whsec_bG9jYWw=";
    const lines = egressLines({ egressBucket: "last" }, { authentication: "signature", secret });
    equal(
      lines[2],
      `  POST http://127.0.0.1:4567/v1/job-complete  signed by Standard Webhooks with the secret ${secret}`,
    );
  });
});
