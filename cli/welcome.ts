import type { AccessKey } from "../local/iam/credentials";
import type { LocalCloud } from "../local/localCloud";
import type { LocalOptions } from "./localOptions";
import { peopleOf } from "./people";
import type { LocalWebhook } from "./storeSecrets";

/** What `npm run local` prints when everything is there: where things are, who people are, and commands to paste. */
export function welcome(
  cloud: LocalCloud,
  { stack, dataDirectory }: Pick<LocalOptions, "stack" | "dataDirectory">,
  webhook?: LocalWebhook,
): string {
  const { endpointUrl, region, outputs } = cloud;
  const apiUrl = String(outputs["apiUrl"]);
  const bucket = String(outputs["handoffBucket"]);
  const { egressBucket } = outputs;
  const outputsLine = typeof egressBucket === "string" ? `\n  Outputs   ${egressBucket}` : "";
  const { operator, caller, partner } = peopleOf(cloud);
  const curl = `curl -w "\\n" --aws-sigv4 "aws:amz:${region}:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`;
  return `
Jobrelay runs on this machine, with the configuration of the stack ${stack}.

  API       ${apiUrl}
  Endpoint  ${endpointUrl}  (S3, SQS, SNS, DynamoDB, Step Functions, Lambda, Batch,
            EventBridge, CloudWatch, Logs, Secrets Manager, STS)
  Bucket    ${bucket}${outputsLine}

Who you are. The operator may do everything:

  ${exportLine(operator, region)}

Start a job, follow it, answer its hand-off:

  ${curl} \\
    -H "Content-Type: application/json" -d '{"process":"settlement","client":"acme"}' ${apiUrl}/jobs

  ${curl} ${apiUrl}/jobs/JOB_ID

  aws --endpoint-url ${endpointUrl} s3 ls --recursive s3://${bucket}/outbound/
  echo '{"approved":true}' > success.json
  aws --endpoint-url ${endpointUrl} s3 cp success.json s3://${bucket}/inbound/JOB_ID/success.json
${webhook === undefined ? "" : webhookLines(cloud, webhook)}
Be the caller, who may call the API and nothing else (curl then needs -H "x-amz-security-token: $AWS_SESSION_TOKEN"):

  ${exportLine(caller, region)}

Be the partner, who may read outbound/ and write inbound/ and nothing else:

  ${exportLine(partner, region)}

Ctrl-C stops it; ${dataDirectory === undefined ? "nothing is kept" : `everything is kept in ${dataDirectory}`}.
`;
}

/** How a platform says that an output is ready, and where it goes. */
function webhookLines(
  { endpointUrl, outputs }: LocalCloud,
  { authentication, secret }: LocalWebhook,
): string {
  const url = `${String(outputs["apiUrl"])}/job-complete`;
  const bucket = String(outputs["egressBucket"]);
  const call =
    authentication === "token"
      ? `curl -w "\\n" -H "webhook-token: ${secret}" -H "Content-Type: application/json" \\
    -d '{"id":"PLATFORM_JOB_ID","event":"job_complete"}' ${url}`
      : `POST ${url}  signed by Standard Webhooks with the secret ${secret}`;
  return `
Tell that a job of the platform has an output, and find it in the bucket ${bucket}:

  ${call}

  aws --endpoint-url ${endpointUrl} s3 ls --recursive s3://${bucket}/
`;
}

function exportLine({ accessKeyId, secretAccessKey, sessionToken }: AccessKey, region: string): string {
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '""',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  return `export ${Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}`;
}
