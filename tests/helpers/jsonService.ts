import type { Principal } from "../../local/iam/principal";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { AwsRequest, RequiredPermission, Service } from "../../local/services/service";

export interface JsonAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Calls operations of a service that speaks AWS JSON. */
export interface JsonCaller {
  (operation: string, input?: object): Promise<JsonAnswer>;
  permissions(operation: string, input?: object): readonly RequiredPermission[];
}

export const root: Principal = { kind: "root", arn: "arn:aws:iam::000000000000:root" };

/** A request as an SDK sends it. */
export function jsonRequest(
  targetPrefix: string,
  operation: string,
  input: object = {},
  principal: Principal = root,
): AwsRequest {
  return {
    principal,
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${targetPrefix}.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  };
}

export function jsonCaller(service: Service, targetPrefix: string, principal: Principal = root): JsonCaller {
  const call = async (operation: string, input?: object) => {
    const { status, body } = await service.handle(jsonRequest(targetPrefix, operation, input, principal));
    return { status, body: JSON.parse(body.toString()) as JsonObject };
  };
  return Object.assign(call, {
    permissions: (operation: string, input?: object) =>
      service.requiredPermissions(jsonRequest(targetPrefix, operation, input, principal)),
  });
}
