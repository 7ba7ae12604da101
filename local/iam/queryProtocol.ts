import { randomUUID } from "node:crypto";
import type { AwsError, AwsRequest, AwsResponse } from "../services/service";

/** An element's text, or its children. */
export type XmlContent = string | readonly (readonly [name: string, content: XmlContent])[];

/** Text as XML content. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The parameters of a query request, wherever they are: in the body of a form, in the query, or both. */
export function queryProtocolInput({ query, body, headers }: Pick<AwsRequest, "query" | "body" | "headers">) {
  const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
    ? body.toString()
    : "";
  return new URLSearchParams([...new URLSearchParams(query), ...new URLSearchParams(form)]);
}

/**
 * A successful answer of the query protocol.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryProtocolAnswer(action: string, namespace: string, result: XmlContent): AwsResponse {
  const requestId = randomUUID();
  const metadata = element("ResponseMetadata", [["RequestId", requestId]]);
  const content = element(`${action}Result`, result) + metadata;
  return xml(200, requestId, `<${action}Response xmlns="${namespace}">${content}</${action}Response>`);
}

/** An error of the query protocol. */
export function queryProtocolError(error: AwsError, namespace: string): AwsResponse {
  const requestId = randomUUID();
  const detail = element("Error", [
    ["Type", error.status >= 500 ? "Receiver" : "Sender"],
    ["Code", error.code],
    ["Message", error.message],
  ]);
  const content = detail + element("RequestId", requestId);
  return xml(error.status, requestId, `<ErrorResponse xmlns="${namespace}">${content}</ErrorResponse>`);
}

function element(name: string, content: XmlContent): string {
  const inner =
    typeof content === "string" ? escapeXml(content) : content.map((child) => element(...child)).join("");
  return `<${name}>${inner}</${name}>`;
}

function xml(status: number, requestId: string, body: string): AwsResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}
