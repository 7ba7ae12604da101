import type { AwsResponse } from "../services/service";
import { OpenApiImportError } from "./errors";
import { gatewayResponseTypes, isGatewayResponseType, type GatewayError } from "./gatewayResponseTypes";
import { objectAt, textAt, type JsonObject } from "./json";
import { parseHeaderMapping, type HeaderMapping, type MethodRequest } from "./headerMapping";
import { parseTemplate, type ContextVariables, type Template } from "./template";

interface GatewayResponse {
  readonly status: number | undefined;
  readonly templates: ReadonlyMap<string, Template>;
  readonly headers: readonly HeaderMapping[];
}

/** What a gateway response can draw on. */
export interface GatewayResponseInput {
  readonly context: ContextVariables;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly request: MethodRequest;
}

/** Makes the gateway's own answer to a request that ends in `error`. */
export type RenderGatewayResponse = (error: GatewayError, input: GatewayResponseInput) => AwsResponse;

const defaultTemplate = parseTemplate('{"message":$context.error.messageString}', "");
/** API Gateway spells it so when IAM denies, and in no other response. */
const deniedTemplate = parseTemplate('{"Message":$context.error.messageString}', "");

/**
 * The gateway responses of the document.
 * @param definitions `x-amazon-apigateway-gateway-responses`
 * @throws OpenApiImportError
 */
export function parseGatewayResponses(definitions: unknown): RenderGatewayResponse {
  const where = "x-amazon-apigateway-gateway-responses";
  const responses = new Map<string, GatewayResponse>();
  for (const [type, definition] of Object.entries(objectAt(definitions, where))) {
    if (!isGatewayResponseType(type)) {
      const known = Object.keys(gatewayResponseTypes).join(", ");
      throw new OpenApiImportError(`${where}.${type}`, `unknown response type; there are ${known}`);
    }
    responses.set(type, parseResponse(objectAt(definition, `${where}.${type}`), `${where}.${type}`));
  }
  return (error, input) => {
    const fallback = error.status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
    return render(error, responses.get(error.type) ?? responses.get(fallback), input);
  };
}

function parseResponse(definition: JsonObject, where: string): GatewayResponse {
  const templates = Object.entries(objectAt(definition["responseTemplates"], `${where}.responseTemplates`));
  const mappings = Object.entries(objectAt(definition["responseParameters"], `${where}.responseParameters`));
  return {
    status: parseStatus(definition["statusCode"], `${where}.statusCode`),
    templates: new Map(
      templates.map(([type, text]) => {
        const at = `${where}.responseTemplates.${type}`;
        return [type, parseTemplate(textAt(text, at), at)];
      }),
    ),
    headers: mappings.map(([name, value]) =>
      parseHeaderMapping(name, value, `${where}.responseParameters.${name}`),
    ),
  };
}

function parseStatus(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  const status = Number(value);
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  throw new OpenApiImportError(where, `${JSON.stringify(value)} is no HTTP status from 100 to 599`);
}

function render(
  error: GatewayError,
  definition: GatewayResponse | undefined,
  { context, stageVariables, request }: GatewayResponseInput,
): AwsResponse {
  const standard = error.type === "ACCESS_DENIED" ? deniedTemplate : defaultTemplate;
  const [contentType, template] = chooseTemplate(definition?.templates, request) ?? [
    "application/json",
    standard,
  ];
  const variables = {
    ...context,
    "error.message": error.message,
    "error.messageString": JSON.stringify(error.message),
    "error.responseType": error.type,
    "error.validationErrorString": JSON.stringify(error.validationErrorString).slice(1, -1),
  };
  const headers: Record<string, string> = {
    "content-type": contentType,
    "x-amzn-errortype": error.errorType,
  };
  for (const { header, value } of definition?.headers ?? []) {
    const mapped = value(request, variables, stageVariables);
    if (mapped !== undefined) headers[header.toLowerCase()] = mapped;
  }
  return { status: definition?.status ?? error.status, headers, body: template(variables, stageVariables) };
}

/** The template for the first media type of `Accept`, or that for JSON, or the first. */
function chooseTemplate(
  templates: ReadonlyMap<string, Template> | undefined,
  { headers }: MethodRequest,
): readonly [contentType: string, template: Template] | undefined {
  if (!templates || templates.size === 0) return undefined;
  const accepted = headers["accept"]?.split(/[,;]/)[0]?.trim() ?? "";
  const type = [accepted, "application/json"].find((each) => templates.has(each));
  const entries = [...templates];
  return entries.find(([each]) => each === type) ?? entries[0];
}
