import * as path from "node:path";
import { hasSigningCurl } from "../helpers/curl";

const s3Client = path.resolve(__dirname, "../../node_modules/@aws-sdk/client-s3");

/** A container that leaves its token where outputs go. curl starts ten times as fast as an SDK. */
const byCurl = `
  OUT="\${OUTPUT_URL:-$OUTPUTS_URL/$AWS_BATCH_JOB_ID/}"
  SHA="$(printf %s "$PARAM_token" | sha256sum | cut -d " " -f 1)"
  exec curl --silent --show-error --fail-with-body --retry 8 --retry-all-errors --retry-delay 1 \\
    --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
    --header "x-amz-content-sha256: $SHA" --header "x-amz-security-token: $AWS_SESSION_TOKEN" --request PUT --data-binary "$PARAM_token" \\
    "$AWS_ENDPOINT_URL/\${OUT#s3://}token.txt"
`;
const byNode = `
  const { S3Client, PutObjectCommand } = require(${JSON.stringify(s3Client)});
  const { env } = process;
  const url = new URL(env.OUTPUT_URL ?? env.OUTPUTS_URL + "/" + env.AWS_BATCH_JOB_ID + "/");
  const object = { Bucket: url.hostname, Key: url.pathname.slice(1) + "token.txt", Body: env.PARAM_token };
  new S3Client({ maxAttempts: 8 }).send(new PutObjectCommand(object));
`;
const command = () => (hasSigningCurl() ? ["sh", "-c", byCurl] : ["node", "-e", byNode]);

const approval = { handoff: { name: "approval", deadline: "1h" } };

/** The catalogue of the run; hand-offs that nobody is to answer have short deadlines, for nobody waits for hours. */
export function processes(): object {
  const container = { image: "sh", command: command(), vcpus: 0.25, memory: 512 };
  return {
    inline: { steps: [{ invoke: "generatePayload" }] },
    // It takes seconds, and is not told how many.
    faulty: { steps: [{ invoke: "generatePayload" }, { invoke: "sleep" }] },
    container: { steps: [{ batch: container }] },
    "container-approval": { steps: [{ batch: { ...container, name: "prepare" } }, approval] },
    approval: { steps: [{ invoke: "generatePayload" }, approval] },
    approvals: {
      steps: [
        { handoff: { name: "first", deadline: "1h" } },
        { handoff: { name: "second", deadline: "1h" } },
      ],
    },
    hurried: { steps: [{ handoff: { name: "approval", deadline: "6s" } }] },
    attentive: { steps: [{ handoff: { name: "approval", deadline: "1h", heartbeat: "6s" } }] },
  };
}
