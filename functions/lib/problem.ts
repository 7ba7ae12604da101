import type { APIGatewayProxyResult } from "aws-lambda";

/** One thing wrong with a request: where, as a JSON pointer (RFC 6901), and what. */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly Violation[];
}

/** An error answer: `application/problem+json`, RFC 9457. `instance` is the path that was asked for. */
export function problemResponse(problem: Problem, instance: string): APIGatewayProxyResult {
  const { status, title, detail, errors } = problem;
  return {
    statusCode: status,
    headers: { "Content-Type": "application/problem+json" },
    body: JSON.stringify({
      type: "about:blank",
      title,
      status,
      detail,
      instance,
      ...(errors === undefined ? {} : { errors }),
    }),
  };
}
