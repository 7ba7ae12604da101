import { startLocalCloud, type LocalCloud } from "../local/localCloud";
import { readableLog } from "../local/readableLog";
import { parseLocalOptions, usage, UsageError, type LocalOptions } from "./localOptions";

/** `npm run local`: runs the program on this machine until it is interrupted. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseLocalOptions(args);
  if (!options) return console.log(usage);
  const interrupted = interruption();
  const log = readableLog((line) => console.log(line));
  const cloud = await startLocalCloud({ ...options, log });
  console.log(welcome(cloud, options));
  await interrupted;
  await cloud.stop();
  console.log("\nStopped.");
}

/** Resolves at the first Ctrl-C, or when the process is told to end. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function welcome(cloud: LocalCloud, { stack }: LocalOptions): string {
  const { endpointUrl, region, operator, outputs } = cloud;
  const { apiUrl, handoffBucket } = outputs;
  return `
Jobrelay runs on this machine, with the configuration of the stack ${stack}.

  API       ${String(apiUrl)}
  Endpoint  ${endpointUrl}  (S3, SQS, SNS, DynamoDB, Step Functions, Lambda, EventBridge, STS)
  Bucket    ${String(handoffBucket)}

Paste this first:

  export AWS_ACCESS_KEY_ID=${operator.accessKeyId} AWS_SECRET_ACCESS_KEY=${operator.secretAccessKey} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}

Start a job, follow it, answer its hand-off:

  curl --aws-sigv4 "aws:amz:${region}:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
    -H "Content-Type: application/json" -d '{"process":"settlement","client":"acme"}' ${String(apiUrl)}/jobs

  curl --aws-sigv4 "aws:amz:${region}:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
    ${String(apiUrl)}/jobs/JOB_ID

  aws --endpoint-url ${endpointUrl} s3 ls --recursive s3://${String(handoffBucket)}/outbound/
  echo '{"approved":true}' > success.json
  aws --endpoint-url ${endpointUrl} s3 cp success.json s3://${String(handoffBucket)}/inbound/JOB_ID/success.json

Ctrl-C stops it; nothing is kept.
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describe(error));
  process.exit(1);
});

/** People get the message of an error that they can mend; the stack of one that they cannot. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  return expected.includes(error.name) ? error.message : (error.stack ?? error.message);
}

const expected = ["CatalogueError", "PortInUseError", "UnsupportedResourceError"];
