import type { Event } from "./collectionFormat";
import { nameOf, type Route } from "./openApi";

/** What is kept of an answer in the collection's variables, so that the next request can use it. */
const kept: Readonly<Record<string, { readonly status: number; readonly keep: string }>> = {
  "POST /jobs": { status: 202, keep: `pm.collectionVariables.set("jobId", pm.response.json().jobId);` },
  "GET /jobs": {
    status: 200,
    keep: `pm.collectionVariables.set("cursor", pm.response.json().nextCursor ?? "");`,
  },
  "POST /v1/submitjob": {
    status: 200,
    keep: `pm.collectionVariables.set("jobId", pm.response.json().jobId);`,
  },
};

/** What Postman does with the answer to a request: nothing for most. */
export function eventsOf(route: Route): Event[] {
  const script = kept[nameOf(route)];
  if (script === undefined) return [];
  const { status, keep } = script;
  const name = JSON.stringify(route.operation.responses[status]?.description ?? nameOf(route));
  const exec = [`pm.test(${name}, () => {`, `  pm.response.to.have.status(${status});`, `  ${keep}`, "});"];
  return [{ listen: "test", script: { type: "text/javascript", exec } }];
}
