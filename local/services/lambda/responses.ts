import { randomUUID } from "node:crypto";
import type { AwsError, AwsResponse } from "../service";

export function respond(
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
  requestId: string = randomUUID(),
): AwsResponse {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** Errors whose message Lambda spells with a capital; the others have `message`. */
const capitalised: ReadonlySet<string> = new Set(["ResourceNotFoundException", "ServiceException"]);

/** An error in the form of Lambda's REST JSON. */
export function respondError({ code, message, status }: AwsError): AwsResponse {
  const headers = { "x-amzn-errortype": code };
  // A denial comes from the front of the service, which does not say whose fault it is.
  if (code === "AccessDeniedException") return respond(status, { Message: message }, headers);
  return respond(
    status,
    {
      ...(code === "TooManyRequestsException" && {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      }),
      Type: status >= 500 ? "Service" : "User",
      [capitalised.has(code) ? "Message" : "message"]: message,
    },
    headers,
  );
}
