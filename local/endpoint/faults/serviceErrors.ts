import { AwsError } from "../../services/service";

type Answer = readonly [code: string, status: number];

interface ServiceErrors {
  readonly throttled: Answer;
  readonly failed: Answer;
}

/** How each service says that it is asked too often, and that it is not well; SDKs try again after either. */
const errors: Readonly<Record<string, ServiceErrors>> = {
  batch: { throttled: ["TooManyRequestsException", 429], failed: ["ServerException", 500] },
  dynamodb: { throttled: ["ThrottlingException", 400], failed: ["InternalServerError", 500] },
  events: { throttled: ["ThrottlingException", 400], failed: ["InternalException", 500] },
  lambda: { throttled: ["TooManyRequestsException", 429], failed: ["ServiceException", 500] },
  monitoring: { throttled: ["Throttling", 400], failed: ["InternalServiceFault", 500] },
  s3: { throttled: ["SlowDown", 503], failed: ["InternalError", 500] },
  secretsmanager: { throttled: ["ThrottlingException", 400], failed: ["InternalServiceError", 500] },
  sns: { throttled: ["Throttled", 429], failed: ["InternalError", 500] },
  sqs: { throttled: ["RequestThrottled", 403], failed: ["InternalFailure", 500] },
  states: { throttled: ["ThrottlingException", 400], failed: ["InternalFailure", 500] },
};

const common: ServiceErrors = { throttled: ["ThrottlingException", 400], failed: ["InternalFailure", 500] };

/** The service is asked too often. */
export function throttled(service: string): AwsError {
  const [code, status] = (errors[service] ?? common).throttled;
  return new AwsError(code, "Rate exceeded (an injected fault)", status);
}

/** The service is not well. */
export function failed(service: string): AwsError {
  const [code, status] = (errors[service] ?? common).failed;
  return new AwsError(code, "An internal error occurred (an injected fault)", status);
}
