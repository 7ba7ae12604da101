import { STATUS_CODES } from "node:http";
import type { Field, Request, SavedResponse } from "./collectionFormat";
import { exampleOf } from "./exampleOf";
import type { Answer, OpenApi, Route, Schemas } from "./openApi";
import { readableJson } from "./requestOf";
import { samples, type Values } from "./samples";

/** Names of RFC 9110, which the API gives; Node.js has older ones. */
const titles: Readonly<Record<string, string>> = {
  ...STATUS_CODES,
  "413": "Content Too Large",
  "422": "Unprocessable Content",
};

/** An example of each answer that the document promises. */
export function savedResponses(route: Route, request: Request, { components }: OpenApi): SavedResponse[] {
  const { operationId, responses } = route.operation;
  return Object.entries(responses).map(([code, answer]) => {
    const status = titles[code] ?? "";
    const known = { ...samples.everywhere, ...problemOf(code, status, route, answer) };
    const [mediaType, media] = Object.entries(answer.content ?? {})[0] ?? [];
    return {
      id: `${operationId}-${code}`,
      name: answer.description,
      originalRequest: request,
      status,
      code: Number(code),
      _postman_previewlanguage: media ? "json" : "text",
      header: headersOf(answer, mediaType, components.schemas, known),
      cookie: [],
      body: media ? readableJson(exampleOf(media.schema, components.schemas, known)) : "",
    };
  });
}

/** What the details of a problem are (RFC 9457). `instance` is the path with the stage, as callers see it. */
function problemOf(code: string, title: string, { path }: Route, { description }: Answer): Values {
  if (Number(code) < 400) return {};
  const instance = `/v1${path.replace("{jobId}", String(samples.everywhere["jobId"]))}`;
  return { type: "about:blank", title, status: Number(code), detail: `${description}.`, instance };
}

function headersOf(answer: Answer, mediaType: string | undefined, schemas: Schemas, known: Values): Field[] {
  const headers = Object.entries(answer.headers ?? {}).map(([key, { schema, description }]) => ({
    key,
    value: String(key in known ? known[key] : exampleOf(schema, schemas, known)),
    ...(description === undefined ? {} : { description }),
  }));
  return mediaType === undefined ? headers : [{ key: "Content-Type", value: mediaType }, ...headers];
}
