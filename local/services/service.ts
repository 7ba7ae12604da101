import type { Principal } from "../iam/principal";

/** A request as it arrived on the wire, or as one part of the local cloud makes it to another. */
export interface AwsRequest {
  readonly principal: Principal;
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, with its leading slash and without the query. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer, in the wire format of the service. */
export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** What a principal must be allowed to do for a request to be carried out. */
export interface RequiredPermission {
  /** For example `dynamodb:UpdateItem`. */
  readonly action: string;
  /** The ARN acted upon, or `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys beside the global ones, for example `s3:prefix`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** What is needed of the key with which the resource is encrypted. @default what the action alone says */
  readonly keyActions?: readonly string[];
  /** The key that the request names for a resource to be encrypted. @default that of the resource */
  readonly keyArn?: string;
}

/** One AWS service of the local cloud, speaking its wire protocol. */
export interface Service {
  /** What the request needs. A request that the service does not know needs nothing here and is refused by `handle`. */
  requiredPermissions(request: AwsRequest): readonly RequiredPermission[];
  /** Carries the request out. Errors of the caller's are answers, in the form that the service gives them on AWS. */
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Renders an error, such as a denial, in the form that the service gives it on AWS. */
  renderError(error: AwsError, request: AwsRequest): AwsResponse;
  /** Stops timers and pending work; state is gone afterwards. */
  stop?(): Promise<void>;
}

/** Errors of status 4xx that pass by themselves. */
const transientCodes = [
  ...["ThrottlingException", "Throttling", "Throttled", "RequestThrottled", "TooManyRequestsException"],
  ...["LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"],
];

/** Whether a service would try again that had this error from another one; what is no answer of AWS's passes, too. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status >= 500 || transientCodes.includes(error.code);
}

/** An error that AWS answers with, under AWS's own code. */
export class AwsError extends Error {
  /**
   * @param code for example `ResourceNotFoundException`
   * @param status of the HTTP answer
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}
