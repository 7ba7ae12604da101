import * as path from "node:path";
import { openApiDocument, type ApiIntegrations } from "../../components/jobsApi/openapi";
import type { Collection, Item } from "./collectionFormat";
import { routesOf, type OpenApi, type Route } from "./openApi";
import { descriptionOf, readableJson, requestOf } from "./requestOf";
import { savedResponses } from "./savedResponses";
import { eventsOf } from "./scripts";
import { signature, variablesOf } from "./variables";

export const collectionFile = path.resolve(__dirname, "../../docs/jobrelay.postman_collection.json");

/** All that a stack can have; who answers does not matter to callers. */
const integrations: Record<keyof ApiIntegrations, string> = {
  submitJob: "",
  getJob: "",
  cancelJob: "",
  redriveJob: "",
  listJobs: "",
  submitBatchJob: "",
  receiveWebhook: "",
};

const usage = [
  "As it is, the collection calls `npm run local` on this machine, as its operator. For a stack on AWS set `baseUrl` to " +
    "the stack output `apiUrl`, `region`, and the credentials of someone who may call the API: assume the role in the " +
    "stack output `jobsApiInvokeRoleArn`, and put them into `accessKey`, `secretKey` and `sessionToken`. Keep them out " +
    "of values that Postman shares or exports.",
  "Starting a job keeps its id in `jobId`, where the other requests look. Parameters that may be left out are there, " +
    "but switched off.",
  "Made from the API's OpenAPI document by `npm run postman`: change that, not this.",
];

/** The API's document, with every operation that a stack can have. */
export function apiDocument(): OpenApi {
  return openApiDocument(integrations) as OpenApi;
}

/** The text of the collection's file, always the same for the same document. */
export function collectionText(): string {
  return `${readableJson(collectionOf(apiDocument()))}\n`;
}

/** A Postman collection with a request, and examples of its answers, for each operation. */
export function collectionOf(document: OpenApi): Collection {
  const { info, components } = document;
  const routes = routesOf(document);
  return {
    info: {
      _postman_id: "6a6f6272-656c-4179-8000-000000000001",
      name: info.title,
      description: [info.description, ...usage].join("\n\n"),
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    item: routes.map((route) => itemOf(route, document)),
    auth: signature,
    variable: variablesOf(routes, components.schemas),
  };
}

function itemOf(route: Route, document: OpenApi): Item {
  const { operationId, summary } = route.operation;
  const request = requestOf(route, document.components.schemas);
  const event = eventsOf(route);
  return {
    id: operationId,
    name: summary,
    ...(event.length > 0 ? { event } : {}),
    request: { ...request, description: descriptionOf(route) },
    response: savedResponses(route, request, document),
  };
}
