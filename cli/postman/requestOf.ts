import { tokenHeader } from "../../functions/lib/egress/verifyWebhook";
import type { Field, Request, Url } from "./collectionFormat";
import { exampleOf } from "./exampleOf";
import { nameOf, type Content, type Parameter, type Route, type Schemas } from "./openApi";

/** The header that the document leaves out: a webhook may show who it is in several ways, of which this is one. */
const webhookToken: Parameter = {
  name: tokenHeader,
  in: "header",
  required: true,
  description: "What a stack with webhook: token has as its webhook secret",
  schema: { type: "string" },
};

/** The request of an operation, without the words that describe it: its examples have it, too. */
export function requestOf(route: Route, schemas: Schemas): Request {
  const { method, operation } = route;
  const { requestBody } = operation;
  const headers = fieldsIn("header", route);
  const [mediaType] = Object.keys(requestBody?.content ?? {});
  return {
    method,
    ...(isSigned(route) ? {} : { auth: { type: "noauth" } }),
    header: mediaType === undefined ? headers : [{ key: "Content-Type", value: mediaType }, ...headers],
    url: urlOf(route),
    ...(requestBody ? { body: bodyOf(requestBody.content, schemas) } : {}),
  };
}

/** What a person reads beside the request. */
export function descriptionOf(route: Route): string {
  const { description, responses } = route.operation;
  const answers = Object.entries(responses).map(([code, answer]) => `- **${code}** ${answer.description}`);
  const sender =
    "Not signed as AWS requests are: the sender is known by a token. A stack with `webhook: signature` refuses " +
    "it, and wants the signature of Standard Webhooks instead.";
  const paragraphs = [`\`${nameOf(route)}\``, description, isSigned(route) ? undefined : sender];
  return [...paragraphs, answers.join("\n")].filter((text) => text !== undefined).join("\n\n");
}

/** Everything that a caller may set beside the body, in the document's order. */
export function parametersOf(route: Route): readonly Parameter[] {
  const { parameters = [] } = route.operation;
  const isThere = parameters.some(({ name }) => name.toLowerCase() === tokenHeader);
  return isSigned(route) || isThere ? parameters : [...parameters, webhookToken];
}

/** The collection's variable for a parameter: `Idempotency-Key` is `idempotencyKey`. */
export function variableOf({ name }: Parameter): string {
  const text = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** JSON as people read it. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

function isSigned({ operation }: Route): boolean {
  return (operation.security ?? []).length > 0;
}

function urlOf(route: Route): Url {
  const path = route.path.split("/").slice(1);
  const segments = path.map((segment) => segment.replace(/^\{(.+)\}$/, ":$1"));
  const query = fieldsIn("query", route);
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  const variable = fieldsIn("path", route).map(({ key, value, description = "" }) => ({
    ...{ key, value, description },
  }));
  return {
    raw: ["{{baseUrl}}", ...segments].join("/") + (sent.length > 0 ? `?${sent.join("&")}` : ""),
    host: ["{{baseUrl}}"],
    path: segments,
    ...(query.length > 0 ? { query } : {}),
    ...(variable.length > 0 ? { variable } : {}),
  };
}

/** What may be left out is there, but not sent until a person says so. */
function fieldsIn(place: string, route: Route): Field[] {
  return parametersOf(route)
    .filter((parameter) => parameter.in === place)
    .map((parameter) => ({
      key: parameter.name,
      value: `{{${variableOf(parameter)}}}`,
      ...(parameter.description === undefined ? {} : { description: parameter.description }),
      ...(parameter.required || place === "path" ? {} : { disabled: true as const }),
    }));
}

function bodyOf(content: Content, schemas: Schemas) {
  const [media] = Object.values(content);
  const raw = readableJson(exampleOf(media?.schema ?? {}, schemas));
  return { mode: "raw" as const, raw, options: { raw: { language: "json" as const } } };
}
