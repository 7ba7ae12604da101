import type { AccessKey } from "../local/iam/credentials";
import type { LocalCloud } from "../local/localCloud";

/** The people for whom the local cloud has credentials. */
export interface People {
  /** May do everything. */
  readonly operator: AccessKey;
  /** May call the API: `JobsApiInvokeRole`. */
  readonly caller: AccessKey;
  /** May read `outbound/` and write `inbound/`: the partner role. */
  readonly partner: AccessKey;
}

/** Credentials for the operator, and for someone in each of the two roles that the stack has for people. */
export function peopleOf({ access, operator, outputs }: LocalCloud): People {
  return {
    operator,
    caller: access.sessionOf(String(outputs["jobsApiInvokeRoleArn"]), "caller"),
    partner: access.sessionOf(String(outputs["partnerRoleArn"]), "partner"),
  };
}
