import type { Principal } from "../../iam/principal";
import { callJson, type Dispatch } from "../internalClient";
import { AwsError } from "../service";

/** A record of what became of invocations, as Lambda sends it to a destination. */
export interface DestinationRecord {
  readonly requestContext: {
    /** Missing where nothing was invoked. */
    readonly requestId?: string;
    readonly functionArn: string;
    readonly condition: string;
    readonly approximateInvokeCount: number;
  };
}

/** Sends the record to a destination of the kind that its ARN names. */
type Send = (
  dispatch: Dispatch,
  principal: Principal,
  arn: string,
  record: DestinationRecord,
) => Promise<void>;

const senders: Readonly<Record<string, Send>> = {
  sqs: async (dispatch, principal, arn, record) => {
    const QueueUrl = await queueUrl(dispatch, arn);
    const message = { QueueUrl, MessageBody: JSON.stringify(record) };
    await callJson(dispatch, principal, "sqs", "AmazonSQS.SendMessage", message);
  },
  sns: (dispatch, principal, TopicArn, record) => {
    const form = { Action: "Publish", Version: "2010-03-31", TopicArn, Message: JSON.stringify(record) };
    return postForm(dispatch, principal, "sns", form);
  },
  lambda: (dispatch, principal, arn, record) => invokeEvent(dispatch, principal, arn, JSON.stringify(record)),
  events: putEvent,
};

/** Kinds of destination, as the service of an ARN names them. */
export type DestinationKind = "sqs" | "sns" | "lambda" | "events";

export const asynchronousDestinations: readonly DestinationKind[] = ["sqs", "sns", "lambda", "events"];
export const streamDestinations: readonly DestinationKind[] = ["sqs", "sns"];

/** @throws AwsError InvalidParameterValueException when Lambda sends no such records there */
export function checkDestination(arn: string, kinds: readonly string[]): void {
  const [, , kind = ""] = arn.split(":");
  if (kinds.includes(kind) && !arn.endsWith(".fifo")) return;
  throw new AwsError("InvalidParameterValueException", `The destination ARN ${arn} is invalid.`);
}

/** @throws AwsError when the destination refuses the record */
export async function sendRecord(...[dispatch, principal, arn, record]: Parameters<Send>): Promise<void> {
  const [, , kind = ""] = arn.split(":");
  await senders[kind]?.(dispatch, principal, arn, record);
}

/**
 * The URL of a queue. Lambda derives it from the ARN, which no policy need allow: hence as the account itself.
 * @throws AwsError AWS.SimpleQueueService.NonExistentQueue
 */
export async function queueUrl(dispatch: Dispatch, arn: string): Promise<string> {
  const [, , , , account = "", QueueName = ""] = arn.split(":");
  const root: Principal = { kind: "root", arn: `arn:aws:iam::${account}:root` };
  const input = { QueueName, QueueOwnerAWSAccountId: account };
  const { QueueUrl } = await callJson(dispatch, root, "sqs", "AmazonSQS.GetQueueUrl", input);
  return String(QueueUrl);
}

/**
 * Invokes a function asynchronously.
 * @throws AwsError when the principal may not, or the function refuses the event
 */
export async function invokeEvent(
  dispatch: Dispatch,
  principal: Principal,
  functionArn: string,
  event: string,
): Promise<void> {
  const { status, body, headers } = await dispatch("lambda", {
    principal,
    method: "POST",
    path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
    query: "",
    headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
    body: Buffer.from(event),
  });
  if (status < 400) return;
  const { message, Message } = JSON.parse(body.toString() || "{}") as { message?: string; Message?: string };
  const code = headers["x-amzn-errortype"] ?? "ServiceException";
  throw new AwsError(code, Message ?? message ?? code, status);
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
async function putEvent(...[dispatch, principal, arn, record]: Parameters<Send>): Promise<void> {
  const { functionArn, condition } = record.requestContext;
  const entry = {
    Source: "lambda",
    DetailType: `Lambda Function Invocation Result - ${condition === "Success" ? "Success" : "Failure"}`,
    Resources: [arn, functionArn],
    Detail: JSON.stringify(record),
    EventBusName: arn,
  };
  const answer = await callJson(dispatch, principal, "events", "AWSEvents.PutEvents", { Entries: [entry] });
  if (Number(answer["FailedEntryCount"] ?? 0) === 0) return;
  throw new AwsError("InternalFailure", JSON.stringify(answer["Entries"]));
}

/** Calls an operation of a service that speaks AWS's query protocol. */
async function postForm(
  dispatch: Dispatch,
  principal: Principal,
  service: string,
  form: Record<string, string>,
): Promise<void> {
  const { status, body } = await dispatch(service, {
    principal,
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  if (status < 400) return;
  const text = body.toString();
  const part = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  throw new AwsError(part("Code") ?? "InternalFailure", part("Message") ?? text, status);
}
