import type { Account } from "../../../account";
import { AwsError } from "../../service";
import { queueDoesNotExist } from "./queueErrors";

/** The names that one queue goes by: its own, its ARN, and the URL by which clients reach it. */
export class QueueAddresses {
  constructor(
    private readonly account: Account,
    private readonly endpointUrl: () => string,
  ) {}

  arn(name: string): string {
    return `arn:${this.account.partition}:sqs:${this.account.region}:${this.account.accountId}:${name}`;
  }

  url(name: string): string {
    return `${this.endpointUrl()}/${this.account.accountId}/${name}`;
  }

  /**
   * The queue that a URL names, whatever host the caller reached it by.
   * @throws AwsError for a URL of no queue of this account
   */
  nameOfUrl(queueUrl: unknown): string {
    const url = typeof queueUrl === "string" && URL.canParse(queueUrl) ? new URL(queueUrl) : undefined;
    if (!url) {
      const address = typeof queueUrl === "string" ? queueUrl : "";
      throw new AwsError("InvalidAddress", `The address ${address} is not valid for this endpoint.`, 404);
    }
    const [, accountId, name, ...rest] = url.pathname.split("/");
    if (accountId !== this.account.accountId || !name || rest.length > 0) throw queueDoesNotExist();
    return name;
  }

  /** The queue that an ARN names, if it is one of this account and region. */
  nameOfArn(arn: unknown): string | undefined {
    const start = this.arn("");
    return typeof arn === "string" && arn.startsWith(start) ? arn.slice(start.length) : undefined;
  }
}
