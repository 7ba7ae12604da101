import type { Account } from "../account";
import type { Clock } from "../clock";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../services/service";
import type { Credentials } from "./credentials";
import { principalName, type Principal } from "./principal";
import { queryProtocolAnswer, queryProtocolError, queryProtocolInput } from "./queryProtocol";
import { roleId, userId } from "./roleId";

/** What STS must know of a role. Whether the caller may assume it is for the role's trust policy, that is, for `authorize`. */
export interface AssumableRole {
  /** Seconds. @default 3600 */
  readonly maxSessionDuration?: number;
}

export interface StsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly credentials: Credentials;
  /** The role with that ARN; undefined when there is none. */
  readonly roleOf: (roleArn: string) => AssumableRole | undefined;
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
const defaultDuration = 3600;
const shortestDuration = 900;
const longestDuration = 43_200;
/** A session that assumes a role gets an hour at most. */
const longestChained = 3600;

/**
 * AWS STS: GetCallerIdentity and AssumeRole.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/
 */
export function createSts(options: StsOptions): Service {
  const renderError = (error: AwsError) => queryProtocolError(error, namespace);
  return {
    renderError,
    requiredPermissions(request) {
      const input = queryProtocolInput(request);
      const roleArn = input.get("RoleArn");
      if (input.get("Action") !== "AssumeRole" || !roleArn || !options.roleOf(roleArn)) return [];
      return [{ action: "sts:AssumeRole", resource: roleArn, context: trustContext(input) }];
    },
    async handle(request) {
      try {
        return run(request, options);
      } catch (error) {
        if (error instanceof AwsError) return renderError(error);
        throw error;
      }
    },
  };
}

function trustContext(input: URLSearchParams): Record<string, string> {
  const externalId = input.get("ExternalId");
  return {
    "sts:RoleSessionName": input.get("RoleSessionName") ?? "",
    ...(externalId !== null && { "sts:ExternalId": externalId }),
  };
}

function run(request: AwsRequest, options: StsOptions): AwsResponse {
  const input = queryProtocolInput(request);
  const action = input.get("Action");
  switch (action) {
    case "GetCallerIdentity":
      return getCallerIdentity(request.principal, options.account);
    case "AssumeRole":
      return assumeRole(request.principal, input, options);
    case null:
      throw new AwsError("MissingAction", "The request must contain the parameter Action");
    default:
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
  }
}

function getCallerIdentity(principal: Principal, { accountId }: Account): AwsResponse {
  return queryProtocolAnswer("GetCallerIdentity", namespace, [
    ["Arn", principalName(principal)],
    ["UserId", userId(principal)],
    ["Account", accountId],
  ]);
}

function assumeRole(
  caller: Principal,
  input: URLSearchParams,
  { account, clock, credentials, roleOf }: StsOptions,
): AwsResponse {
  refuseSessionPolicies(input);
  const roleArn = required(input, "RoleArn");
  const session = required(input, "RoleSessionName");
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
    throw invalid(
      `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  const role = roleOf(roleArn);
  if (!role) throw denied(caller, roleArn);
  const durationSeconds = sessionDuration(input, caller, role);
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  const arn = `arn:${account.partition}:sts::${account.accountId}:assumed-role/${roleName}/${session}`;
  const key = credentials.issue({ kind: "role", roleArn, arn }, { sessionToken: true, durationSeconds });
  const expiration = new Date(clock.now() + durationSeconds * 1000).toISOString().replace(/\.\d{3}/, "");
  return queryProtocolAnswer("AssumeRole", namespace, [
    [
      "AssumedRoleUser",
      [
        ["AssumedRoleId", `${roleId(roleArn)}:${session}`],
        ["Arn", arn],
      ],
    ],
    [
      "Credentials",
      [
        ["AccessKeyId", key.accessKeyId],
        ["SecretAccessKey", key.secretAccessKey],
        ["SessionToken", key.sessionToken ?? ""],
        ["Expiration", expiration],
      ],
    ],
  ]);
}

/** To ignore what narrows a session would allow more than AWS does. */
function refuseSessionPolicies(input: URLSearchParams): void {
  const narrowing = [...input.keys()].find((name) =>
    /^(Policy$|PolicyArns\.|Tags\.|SourceIdentity$)/.test(name),
  );
  if (narrowing) throw invalid(`The local cloud does not support ${narrowing} of AssumeRole`);
}

function sessionDuration(input: URLSearchParams, caller: Principal, role: AssumableRole): number {
  const duration = Number(input.get("DurationSeconds") ?? defaultDuration);
  if (!Number.isInteger(duration) || duration < shortestDuration || duration > longestDuration) {
    throw invalid(
      `1 validation error detected: Value '${duration}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${shortestDuration} and ${longestDuration}`,
    );
  }
  if (duration > (role.maxSessionDuration ?? defaultDuration)) {
    throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (caller.kind === "role" && duration > longestChained) {
    throw invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  return duration;
}

function required(input: URLSearchParams, name: string): string {
  const value = input.get(name);
  if (value) return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function denied(caller: Principal, roleArn: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `User: ${principalName(caller)} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
