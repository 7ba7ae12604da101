import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Problem } from "./problem";

/** How much of a job is shown: what its record has, or the timeline of its steps besides. */
export type JobDetail = (typeof jobDetails)[number];

export const jobDetails = ["basic", "full"] as const;

/** Which view of a job a request wants. API Gateway checks that parameters are there, not what they say. */
export function viewOf(event: APIGatewayProxyEvent): { readonly view: JobDetail } | Problem {
  const given = event.multiValueQueryStringParameters?.["view"] ?? [];
  const [value = event.queryStringParameters?.["view"] ?? "basic"] = given;
  const view = jobDetails.find((known) => known === value);
  if (view && given.length <= 1) return { view };
  const rule = given.length > 1 ? "is given more than once" : `must be one of ${jobDetails.join(", ")}`;
  return {
    status: 400,
    title: "Bad Request",
    detail: "The query cannot be answered.",
    errors: [{ pointer: "/view", detail: rule }],
  };
}
