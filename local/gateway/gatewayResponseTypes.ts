/**
 * The responses that API Gateway makes itself, with the status and the `x-amzn-ErrorType` that each has by default.
 * The two defaults have no status: it is that of the error.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayResponseTypes = {
  ACCESS_DENIED: { status: 403, errorType: "AccessDeniedException" },
  API_CONFIGURATION_ERROR: { status: 500, errorType: "InternalServerErrorException" },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, errorType: "AuthorizerConfigurationException" },
  AUTHORIZER_FAILURE: { status: 500, errorType: "AuthorizerFailureException" },
  BAD_REQUEST_BODY: { status: 400, errorType: "BadRequestException" },
  BAD_REQUEST_PARAMETERS: { status: 400, errorType: "BadRequestException" },
  DEFAULT_4XX: { status: undefined, errorType: "BadRequestException" },
  DEFAULT_5XX: { status: undefined, errorType: "InternalServerErrorException" },
  EXPIRED_TOKEN: { status: 403, errorType: "ExpiredTokenException" },
  INTEGRATION_FAILURE: { status: 504, errorType: "InternalServerErrorException" },
  INTEGRATION_TIMEOUT: { status: 504, errorType: "InternalServerErrorException" },
  INVALID_API_KEY: { status: 403, errorType: "ForbiddenException" },
  INVALID_SIGNATURE: { status: 403, errorType: "InvalidSignatureException" },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, errorType: "MissingAuthenticationTokenException" },
  QUOTA_EXCEEDED: { status: 429, errorType: "LimitExceededException" },
  REQUEST_TOO_LARGE: { status: 413, errorType: "RequestTooLargeException" },
  RESOURCE_NOT_FOUND: { status: 404, errorType: "NotFoundException" },
  THROTTLED: { status: 429, errorType: "TooManyRequestsException" },
  UNAUTHORIZED: { status: 401, errorType: "UnauthorizedException" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, errorType: "BadRequestException" },
  WAF_FILTERED: { status: 403, errorType: "ForbiddenException" },
} as const;

export type GatewayResponseType = keyof typeof gatewayResponseTypes;

export function isGatewayResponseType(name: string): name is GatewayResponseType {
  return Object.hasOwn(gatewayResponseTypes, name);
}

/** A request that ends in a response of the gateway's own. */
export class GatewayError extends Error {
  /** Of the HTTP answer, unless the document says otherwise. */
  readonly status: number;
  readonly validationErrorString: string;
  readonly errorType: string;

  /** @param message `$context.error.message` */
  constructor(
    readonly type: GatewayResponseType,
    message: string,
    options: { status?: number; validationErrorString?: string; errorType?: string; cause?: unknown } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    const defaults = gatewayResponseTypes[type];
    this.name = type;
    this.status = options.status ?? defaults.status ?? 500;
    this.validationErrorString = options.validationErrorString ?? "";
    this.errorType = options.errorType ?? defaults.errorType;
  }
}
