import { GatewayError } from "./gatewayResponseTypes";
import type { GatewayRequest } from "./gatewayRequest";
import type { Method } from "./method";
import { validationMessage } from "./validationMessage";

/**
 * What the method's request validator checks: first the required parameters, then the body.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 * @throws GatewayError BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY
 */
export function validateRequest(method: Method, request: GatewayRequest): void {
  checkParameters(method, request);
  if (method.bodyModels) checkBody(method.bodyModels, request);
}

/** Header names are told apart by case, and a blank value is as good as none. */
function checkParameters({ requiredParameters }: Method, request: GatewayRequest): void {
  const values = {
    header: Object.fromEntries(request.headerPairs),
    querystring: request.queryString,
    path: request.pathParameters,
  };
  const missing = requiredParameters
    .filter(({ location, name }) => !values[location][name]?.trim())
    .map(({ name }) => name)
    .sort();
  if (missing.length > 0) {
    const message = `Missing required request parameters: [${missing.join(", ")}]`;
    throw new GatewayError("BAD_REQUEST_PARAMETERS", message, { validationErrorString: message });
  }
}

/** A content type without a model is let through; a request without a content type counts as JSON. */
function checkBody(models: NonNullable<Method["bodyModels"]>, { headers, body }: GatewayRequest): void {
  const contentType =
    (headers["content-type"] ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  const model = models.get(contentType);
  if (!model) return;
  const value = parseBody(body.toString("utf8"));
  if (model(value)) return;
  throw new GatewayError("BAD_REQUEST_BODY", "Invalid request body", {
    validationErrorString: validationMessage(model.errors ?? []),
  });
}

/** No body at all is validated as an empty object. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError("BAD_REQUEST_BODY", "Invalid request body", {
      validationErrorString: `[${reason}]`,
      cause: error,
    });
  }
}
