import type { AwsRequest, RequiredPermission } from "../services/service";

/**
 * Decides whether the request's principal may do what the request needs.
 * @param service the signing name, for example `dynamodb`
 * @throws AwsError AccessDenied (or the service's own code for it) when it may not
 */
export type Authorize = (
  request: AwsRequest,
  service: string,
  permissions: readonly RequiredPermission[],
) => Promise<void> | void;

/** Lets everyone do everything. */
export const allowAll: Authorize = () => undefined;
