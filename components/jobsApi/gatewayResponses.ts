/**
 * What API Gateway answers by itself, as problem details (RFC 9457). `$context.error.messageString` is already
 * quoted JSON. Templates here know only variables, no logic.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayResponses = {
  DEFAULT_4XX: gatewayResponse(undefined, "The request was refused"),
  DEFAULT_5XX: gatewayResponse(undefined, "The request failed"),
  BAD_REQUEST_BODY: gatewayResponse(400, "Bad Request", '"$context.error.validationErrorString"'),
  BAD_REQUEST_PARAMETERS: gatewayResponse(400, "Bad Request", '"$context.error.validationErrorString"'),
  ACCESS_DENIED: gatewayResponse(403, "Forbidden"),
  EXPIRED_TOKEN: gatewayResponse(403, "Forbidden"),
  INVALID_SIGNATURE: gatewayResponse(403, "Forbidden"),
  // What API Gateway says of a path or method that it does not know, too: callers without permission learn nothing.
  MISSING_AUTHENTICATION_TOKEN: gatewayResponse(403, "Forbidden"),
  REQUEST_TOO_LARGE: gatewayResponse(413, "Content Too Large"),
  UNSUPPORTED_MEDIA_TYPE: gatewayResponse(415, "Unsupported Media Type"),
  THROTTLED: gatewayResponse(429, "Too Many Requests"),
  API_CONFIGURATION_ERROR: gatewayResponse(500, "Internal Server Error"),
  // The function could not be called, or its answer not be used; a body above Lambda's 6 MB ends here, too.
  INTEGRATION_FAILURE: gatewayResponse(502, "Bad Gateway"),
  INTEGRATION_TIMEOUT: gatewayResponse(504, "Gateway Timeout"),
};

function gatewayResponse(status: number | undefined, title: string, detail = "$context.error.messageString") {
  const members = [
    `"type":"about:blank"`,
    `"title":"${title}"`,
    ...(status === undefined ? [] : [`"status":${status}`]),
    `"detail":${detail}`,
    `"instance":"$context.path"`,
  ];
  return {
    ...(status === undefined ? {} : { statusCode: String(status) }),
    responseParameters: { "gatewayresponse.header.Content-Type": "'application/problem+json'" },
    responseTemplates: { "application/json": `{${members.join(",")}}` },
  };
}
