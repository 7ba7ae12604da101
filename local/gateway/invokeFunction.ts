import type { Clock } from "../clock";
import { AwsError } from "../services/service";
import { GatewayError } from "./gatewayResponseTypes";
import type { Integration } from "./integration";

/**
 * Invokes a function and waits for its answer.
 * @param sourceArn `aws:SourceArn` for the function's resource policy
 * @returns `functionError` when the function failed; then `payload` describes its error
 */
export type InvokeForGateway = (
  functionArn: string,
  event: object,
  sourceArn: string,
) => Promise<{ readonly payload: string; readonly functionError?: string | undefined }>;

const internal = "Internal server error";

/**
 * What the function answers, within the integration's timeout.
 * @throws GatewayError: 504 for too late, 502 for a function that failed, 500 for one that could not be invoked
 */
export async function invokeFunction(
  { functionArn, timeout }: Integration,
  event: object,
  sourceArn: string,
  { invoke, clock }: { invoke: InvokeForGateway; clock: Clock },
): Promise<string> {
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(timeout, () =>
      reject(new GatewayError("INTEGRATION_TIMEOUT", "Endpoint request timed out")),
    );
  });
  try {
    const { payload, functionError } = await Promise.race([invoke(functionArn, event, sourceArn), late]);
    if (functionError !== undefined) throw functionFailed(payload);
    return payload;
  } catch (error) {
    throw error instanceof GatewayError ? error : notInvoked(error);
  } finally {
    cancel();
  }
}

/** The client is not told what went wrong in a function. */
function functionFailed(payload: string): GatewayError {
  const cause = new Error(
    `Lambda execution failed with status 200 due to customer function error: ${payload}`,
  );
  return new GatewayError("DEFAULT_5XX", internal, { status: 502, cause });
}

function notInvoked(cause: unknown): GatewayError {
  const refused = cause instanceof AwsError && cause.code.startsWith("AccessDenied");
  return refused
    ? new GatewayError("API_CONFIGURATION_ERROR", internal, { cause })
    : new GatewayError("INTEGRATION_FAILURE", internal, { status: 500, cause });
}
