import { AwsError, type AwsRequest, type AwsResponse } from "../service";
import { violation } from "./functionInput";
import type { LambdaFunction } from "./lambdaFunction";
import { respond } from "./responses";

export interface InvokeInput {
  readonly request: AwsRequest;
  readonly target: LambdaFunction;
  /** With the qualifier the caller gave. */
  readonly invokedArn: string;
  /** Queues the event; returns the id of the invocation. */
  readonly enqueue: (payload: string) => string;
}

/** In bytes. */
const payloadLimits = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

type InvocationType = keyof typeof payloadLimits;

/**
 * Carries out Invoke.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @throws AwsError where Lambda refuses the request
 */
export async function invoke({ request, target, invokedArn, enqueue }: InvokeInput): Promise<AwsResponse> {
  const type = invocationType(request);
  const event = eventOf(request, type);
  if (type === "DryRun") return respond(204, "");
  if (type === "Event") return respond(202, "", {}, enqueue(event));
  target.refuseIfThrottled();
  const { payload, functionError, logTail, requestId } = await target.invoke({ event, invokedArn });
  const headers = {
    "x-amz-executed-version": "$LATEST",
    ...(functionError && { "x-amz-function-error": functionError }),
    ...(wantsTail(request) && { "x-amz-log-result": Buffer.from(logTail).toString("base64") }),
  };
  return respond(200, payload, headers, requestId);
}

function invocationType({ headers }: AwsRequest): InvocationType {
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type in payloadLimits) return type as InvocationType;
  const rule = "Member must satisfy enum value set: [Event, RequestResponse, DryRun]";
  throw violation(type, "invocationType", rule);
}

function wantsTail({ headers }: AwsRequest): boolean {
  const type = headers["x-amz-log-type"] ?? "None";
  if (type === "Tail" || type === "None") return type === "Tail";
  throw violation(type, "logType", "Member must satisfy enum value set: [None, Tail]");
}

/** An invocation without a payload has an empty event. */
function eventOf({ body }: AwsRequest, type: InvocationType): string {
  const limit = payloadLimits[type];
  if (body.length > limit) {
    throw new AwsError(
      "RequestEntityTooLargeException",
      `${body.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  }
  const text = body.length === 0 ? "{}" : body.toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
    );
  }
}
