import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Stateful } from "../../data/stateful";
import { jsonService } from "../jsonProtocol";
import type { Service } from "../service";
import { membersOf, readGroupName } from "./input";
import type { SavedLogGroup } from "./logGroup";
import { LogGroups } from "./logGroups";
import { logOperations } from "./operations";

export interface LogsOptions {
  readonly account: Account;
  readonly clock: Clock;
}

/** CloudWatch Logs of the local cloud: each group's newest 10,000 events. */
export interface Logs extends Stateful {
  /** Signing name `logs`; AWS JSON 1.1, target prefix `Logs_20140328`. */
  readonly service: Service;
  /**
   * @returns the ARN without `:*` at its end
   * @throws AwsError as CreateLogGroup on AWS
   */
  createLogGroup(input: { readonly name: string }): { arn: string };
}

export function createLogs({ account, clock }: LogsOptions): Logs {
  const groups = new LogGroups(account);
  return {
    save: () => groups.list().map((group) => group.save()),
    restore: (state) => groups.restore(state as readonly SavedLogGroup[]),
    service: jsonService({
      targetPrefix: "Logs_20140328",
      version: "1.1",
      operations: logOperations(groups, clock),
    }),
    createLogGroup: ({ name }) => ({
      arn: groups.create(readGroupName(membersOf({ logGroupName: name })), clock.now()).arn,
    }),
  };
}
