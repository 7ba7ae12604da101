import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import { operationOf } from "../../local/endpoint/faults/operation";
import type { AwsRequest, AwsResponse } from "../../local/services/service";

type Call = CloudFaults["call"];

/** A program that is broken on purpose, at one kind of call: what it would do if its code were wrong. */
export function breaking(
  service: string,
  operation: RegExp,
  instead: (
    request: AwsRequest,
    carryOut: (request: AwsRequest) => Promise<AwsResponse>,
  ) => Promise<AwsResponse>,
): (faults: CloudFaults) => CloudFaults {
  return (faults) => {
    const call: Call = (name, request, carryOut) => {
      const meant = name === service && operation.test(operationOf(name, request));
      return faults.call(name, request, meant ? (permitted) => instead(permitted, carryOut) : carryOut);
    };
    return {
      call,
      streams: (source) => faults.streams(source),
      interruption: (name) => faults.interruption(name),
    };
  };
}

/** The request with another body. */
export function withBody(request: AwsRequest, body: object | string): AwsRequest {
  return { ...request, body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) };
}

/** The members of a request in AWS JSON. */
export function membersOf({ body }: AwsRequest): Readonly<Record<string, unknown>> {
  return JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
}

/** A good answer in AWS JSON, to something that was not done. */
export function pretended(output: object): AwsResponse {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return { status: 200, headers, body: JSON.stringify(output) };
}
