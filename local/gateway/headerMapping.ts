import { OpenApiImportError } from "./errors";
import { textAt } from "./json";
import { checkVariable, type ContextVariables } from "./template";

/** The parts of a method's request that a header of a gateway response can repeat. */
export interface MethodRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryString: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
}

/** A header of a gateway response and where its value comes from. */
export interface HeaderMapping {
  readonly header: string;
  readonly value: (
    request: MethodRequest,
    context: ContextVariables,
    stageVariables: Readonly<Record<string, string>>,
  ) => string | undefined;
}

/**
 * One entry of `responseParameters`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.responseParameters.html
 * @param name `gatewayresponse.header.<name>`
 * @param value `'a literal'`, `method.request.header.<name>` (or `querystring`, `path`), `context.<name>` or `stageVariables.<name>`
 */
export function parseHeaderMapping(name: string, value: unknown, where: string): HeaderMapping {
  const header = /^gatewayresponse\.header\.([\w!#$%&'*+.^`|~-]+)$/.exec(name)?.[1];
  if (!header) throw new OpenApiImportError(where, "must be named gatewayresponse.header.<name>");
  return { header, value: parseValue(textAt(value, where), where) };
}

function parseValue(text: string, where: string): HeaderMapping["value"] {
  const literal = /^'(.*)'$/s.exec(text)?.[1];
  if (literal !== undefined) return () => literal;
  const [, position, name = ""] = /^method\.request\.(header|querystring|path)\.(.+)$/.exec(text) ?? [];
  if (position === "header") return ({ headers }) => headers[name.toLowerCase()];
  if (position === "querystring") return ({ queryString }) => queryString[name];
  if (position === "path") return ({ path }) => path[name];
  if (!/^(context|stageVariables)\./.test(text)) {
    throw new OpenApiImportError(
      where,
      `invalid mapping expression ${text}; a literal is in single quotes, a parameter is method.request.{header|querystring|path}.<name>`,
    );
  }
  checkVariable(text, where);
  const key = text.slice(text.indexOf(".") + 1);
  return text.startsWith("context.")
    ? (_request, context) => context[key] ?? undefined
    : (_request, _context, stageVariables) => stageVariables[key];
}
