import { OpenApiImportError } from "./errors";

/** What a template may ask for: `$context.<name>` without its prefix. */
export type ContextVariables = Readonly<Record<string, string | null>>;

/** Fills in a template of a gateway response. */
export type Template = (
  context: ContextVariables,
  stageVariables: Readonly<Record<string, string>>,
) => string;

/**
 * The variables of a gateway response. Those for Cognito, custom authorizers, API keys, WAF and client certificates
 * are left out: the local cloud has none of these.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
const contextNames = new Set([
  "accountId",
  "apiId",
  "deploymentId",
  "domainName",
  "domainPrefix",
  "error.message",
  "error.messageString",
  "error.responseType",
  "error.validationErrorString",
  "extendedRequestId",
  "httpMethod",
  "identity.accessKey",
  "identity.accountId",
  "identity.caller",
  "identity.sourceIp",
  "identity.user",
  "identity.userAgent",
  "identity.userArn",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "resourceId",
  "resourcePath",
  "stage",
]);

const variable = /\$([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)/g;

/**
 * A template of a gateway response, in which variables are replaced and nothing else happens: it is no VTL.
 * @throws OpenApiImportError for a variable that gateway responses do not have
 */
export function parseTemplate(text: string, where: string): Template {
  for (const [, name = ""] of text.matchAll(variable)) checkVariable(name, where);
  return (context, stageVariables) =>
    text.replace(variable, (_, name: string) => {
      const [space, ...rest] = name.split(".");
      return (space === "context" ? context[rest.join(".")] : stageVariables[rest.join(".")]) ?? "";
    });
}

/** @param name without the dollar sign, for example `context.requestId` */
export function checkVariable(name: string, where: string): void {
  const known = name.startsWith("stageVariables.") || contextNames.has(name.replace(/^context\./, ""));
  if (known && /^(context|stageVariables)\./.test(name)) return;
  const names = [...contextNames].map((each) => `$context.${each}`).join(", ");
  throw new OpenApiImportError(
    where,
    `unknown variable $${name}; there are $stageVariables.<name> and ${names}`,
  );
}
