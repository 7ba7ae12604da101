import { randomUUID } from "node:crypto";
import type { Principal } from "../../../iam/principal";
import { xmlDocument, type XmlContent } from "../../s3/xml";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type RequiredPermission,
  type Service,
} from "../../service";
import { QueryInput } from "./queryInput";

/** One operation of a service that speaks the query protocol. */
export interface QueryOperation {
  permissions(input: QueryInput): readonly RequiredPermission[];
  /** The content of the result element; an operation without a result returns nothing. */
  run(input: QueryInput, principal: Principal): XmlContent | void | Promise<XmlContent | void>;
}

/**
 * A service that takes form-encoded requests with an `Action` and answers in XML.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryService(
  namespace: string,
  operations: Readonly<Record<string, QueryOperation>>,
): Service {
  const renderError = (error: AwsError) =>
    respond(error.status, "ErrorResponse", errorContent(error), namespace);
  return {
    renderError,
    requiredPermissions(request) {
      const input = inputOf(request);
      return operationOf(operations, input)?.permissions(input) ?? [];
    },
    async handle(request) {
      const input = inputOf(request);
      const action = input.get("Action") ?? "";
      const operation = operationOf(operations, input);
      if (!operation)
        return renderError(new AwsError("InvalidAction", `the local cloud does not know ${action}`));
      try {
        const result = (await operation.run(input, request.principal)) ?? undefined;
        return respond(200, `${action}Response`, successContent(action, result), namespace);
      } catch (error) {
        if (error instanceof AwsError) return renderError(error);
        throw error;
      }
    },
  };
}

/** The parameters are in the query, in the body of a form, or in both. */
function inputOf({ query, body }: AwsRequest): QueryInput {
  return new QueryInput([query, body.toString("utf8")].filter(Boolean).join("&"));
}

function operationOf(operations: Readonly<Record<string, QueryOperation>>, input: QueryInput) {
  const action = input.get("Action") ?? "";
  return Object.hasOwn(operations, action) ? operations[action] : undefined;
}

function successContent(action: string, result: XmlContent): XmlContent {
  return {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: randomUUID() },
  };
}

function errorContent({ code, message, status }: AwsError): XmlContent {
  const type = status >= 500 ? "Receiver" : "Sender";
  return { Error: { Type: type, Code: code, Message: message }, RequestId: randomUUID() };
}

function respond(status: number, name: string, content: XmlContent, namespace: string): AwsResponse {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() },
    body: xmlDocument(name, content, namespace),
  };
}
