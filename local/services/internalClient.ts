import type { Principal } from "../iam/principal";
import type { JsonObject } from "./jsonProtocol";
import { AwsError, type AwsRequest, type AwsResponse } from "./service";

/**
 * Carries out a request inside the local cloud as if it had arrived on the wire with a good signature:
 * the same permission checks, the same answer. `service` is the signing name, for example `dynamodb`.
 */
export type Dispatch = (service: string, request: AwsRequest) => Promise<AwsResponse>;

/**
 * Calls an operation of a service that speaks AWS JSON, as `principal`.
 * @param target for example `DynamoDB_20120810.UpdateItem`
 * @throws AwsError with the service's own code when it answers with an error
 */
export async function callJson(
  dispatch: Dispatch,
  principal: Principal,
  service: string,
  target: string,
  input: object,
): Promise<JsonObject> {
  const response = await dispatch(service, {
    principal,
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
    body: Buffer.from(JSON.stringify(input)),
  });
  const output = JSON.parse(response.body.toString() || "{}") as JsonObject;
  if (response.status >= 400) throw errorOf(response.status, output);
  return output;
}

function errorOf(status: number, output: JsonObject): AwsError {
  const type = typeof output["__type"] === "string" ? output["__type"] : "InternalFailure";
  const message = output["message"] ?? output["Message"];
  const code = type.slice(type.lastIndexOf("#") + 1);
  return new AwsError(code, typeof message === "string" ? message : code, status);
}
