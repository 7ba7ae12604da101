import type { AccessKey } from "../local/iam/credentials";
import type { LocalCloud } from "../local/localCloud";
import { peopleOf } from "./people";

/** What `npm run local` prints when everything is there: where things are, who people are, and commands to paste. */
export function welcome(cloud: LocalCloud, stack: string): string {
  const { endpointUrl, region, outputs } = cloud;
  const apiUrl = String(outputs["apiUrl"]);
  const bucket = String(outputs["handoffBucket"]);
  const { operator, caller, partner } = peopleOf(cloud);
  const curl = `curl -w "\\n" --aws-sigv4 "aws:amz:${region}:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`;
  return `
Jobrelay runs on this machine, with the configuration of the stack ${stack}.

  API       ${apiUrl}
  Endpoint  ${endpointUrl}  (S3, SQS, SNS, DynamoDB, Step Functions, Lambda, EventBridge, Logs, STS)
  Bucket    ${bucket}

Who you are. The operator may do everything:

  ${exportLine(operator, region)}

Start a job, follow it, answer its hand-off:

  ${curl} \\
    -H "Content-Type: application/json" -d '{"process":"settlement","client":"acme"}' ${apiUrl}/jobs

  ${curl} ${apiUrl}/jobs/JOB_ID

  aws --endpoint-url ${endpointUrl} s3 ls --recursive s3://${bucket}/outbound/
  echo '{"approved":true}' > success.json
  aws --endpoint-url ${endpointUrl} s3 cp success.json s3://${bucket}/inbound/JOB_ID/success.json

Be the caller, who may call the API and nothing else (curl then needs -H "x-amz-security-token: $AWS_SESSION_TOKEN"):

  ${exportLine(caller, region)}

Be the partner, who may read outbound/ and write inbound/ and nothing else:

  ${exportLine(partner, region)}

Ctrl-C stops it; nothing is kept.
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
