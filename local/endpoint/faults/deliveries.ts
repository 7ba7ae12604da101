import type { Clock } from "../../clock";
import type { AwsRequest, AwsResponse } from "../../services/service";
import type { CarryOut } from "./cloudFaults";
import type { Decisions } from "./decisions";

/** What brings something to somebody else, whom nobody promises that it comes once, in time or in order. */
const deliveries = ["sqs/SendMessage", "lambda/InvokeAsync"];

/** The longest that a delivery is held up, in seconds. */
const longestDelay = 3;

/** Whether a request is a delivery: a message or an event that a service or a workflow sends. */
export function isDelivery(service: string, operation: string): boolean {
  return deliveries.includes(`${service}/${operation}`);
}

/** Delivers: sometimes twice, sometimes later, and so behind what was sent after it. */
export async function deliver(
  request: AwsRequest,
  { decisions, clock, place }: { decisions: Decisions; clock: Clock; place: string },
  carryOut: CarryOut,
): Promise<AwsResponse> {
  const twice = decisions.happens("delivered twice", place);
  const late = decisions.happens("delivered late", place);
  if (twice) await carryOut(request);
  if (!late) return carryOut(request);
  const delay = 1 + Math.floor(decisions.number(`delay/${place}`) * longestDelay);
  if (place.startsWith("sqs/")) return carryOut(withDelay(request, delay));
  await new Promise<void>((resolve) => void clock.after(delay * 1000, resolve));
  return carryOut(request);
}

/** SQS itself can hold a message up. */
function withDelay(request: AwsRequest, DelaySeconds: number): AwsRequest {
  const input = JSON.parse(request.body.toString()) as object;
  return { ...request, body: Buffer.from(JSON.stringify({ DelaySeconds, ...input })) };
}
