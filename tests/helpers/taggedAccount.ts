import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { AwsError } from "../../local/services/service";
import { createTagging, type RateLimit, type Tags } from "../../local/services/tagging";
import type { TagGroup } from "../../functions/lib/tags/tagGroup";
import { createTaggingApi } from "../../functions/lib/tags/taggingApi";
import type { Timing } from "../../functions/lib/tags/timing";
import { account, TestClock } from "./dynamodb";
import { root } from "./jsonService";

export const queueArn = (index: number) => `arn:aws:sqs:eu-west-1:000000000000:q-${index}`;

export const wan: TagGroup = {
  groupKey: "TagGroup",
  groupValue: "cost-wan",
  tags: { BudgetCode: "PROJECT-232222", EBSCostCenter: "4000002" },
};

export interface AccountOptions {
  readonly rateLimit?: RateLimit;
  readonly ratePerSecond?: number;
  /** Throws in place of a call that reached the API. */
  readonly disturb?: (operation: string, arns: readonly string[]) => void;
  /** Why a resource cannot be tagged just now; nothing if it can. */
  readonly refuse?: (arn: string) => AwsError | undefined;
}

/** Tagged resources behind the local cloud's Tagging API with its limits, in virtual time: waiting costs nothing. */
export class TaggedAccount {
  readonly clock = new TestClock();
  readonly tagsOf: Map<string, Tags>;
  /** The ARNs of each TagResources call that was carried out. */
  readonly tagCalls: (readonly string[])[] = [];
  /** Every call that reached the API, refused or not, by operation. */
  readonly calls: Record<string, number> = {};
  readonly timing: Timing = {
    now: () => this.clock.now(),
    wait: async (milliseconds) => this.clock.advance(milliseconds),
    random: () => 0.5,
  };
  readonly #client: ResourceGroupsTaggingAPIClient;
  readonly #ratePerSecond: number;

  constructor(resources: Readonly<Record<string, Tags>>, options: AccountOptions = {}) {
    this.tagsOf = new Map(Object.entries(resources));
    this.#ratePerSecond = options.ratePerSecond ?? 5;
    this.#client = this.#connect(options);
  }

  /** As functions have it. */
  get api() {
    return createTaggingApi(this.#client, this.#ratePerSecond, this.timing);
  }

  /** What `tagChunk` works with. */
  get services() {
    return { api: this.api, timing: this.timing, place: account };
  }

  /** How often each resource was tagged. */
  get timesTagged(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const arn of this.tagCalls.flat()) times.set(arn, (times.get(arn) ?? 0) + 1);
    return times;
  }

  #connect({ rateLimit, disturb, refuse }: AccountOptions): ResourceGroupsTaggingAPIClient {
    const { service } = createTagging({
      ...{ account, clock: this.clock },
      ...(rateLimit && { rateLimit }),
      resources: {
        list: () => [...this.tagsOf].map(([arn, tags]) => ({ arn, tags })),
        get: (arn) => this.tagsOf.get(arn),
        set: (arn, tags) => {
          const refusal = refuse?.(arn);
          if (refusal) throw refusal;
          this.tagsOf.set(arn, tags);
        },
      },
      disturb: (operation, { ResourceARNList = [] }: JsonObject) => {
        const arns = ResourceARNList as readonly string[];
        this.calls[operation] = (this.calls[operation] ?? 0) + 1;
        disturb?.(operation, arns);
        if (operation === "TagResources") this.tagCalls.push(arns);
      },
    });
    return new ResourceGroupsTaggingAPIClient({
      ...{ region: account.region, endpoint: "http://127.0.0.1", maxAttempts: 1 },
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      requestHandler: {
        handle: async ({ headers, body }: HttpRequest) => {
          const request = { principal: root, method: "POST", path: "/", query: "", headers };
          const answer = await service.handle({ ...request, body: Buffer.copyBytesFrom(body as Uint8Array) });
          const { status, headers: answered } = answer;
          const response = {
            statusCode: status,
            headers: { ...answered },
            body: Buffer.from(answer.body),
          };
          return { response: new HttpResponse(response) };
        },
      },
    });
  }
}

/** Queues that carry a group's own tag, and nothing of what it asks for. */
export function drifted(count: number, { groupKey, groupValue }: TagGroup = wan, first = 0) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [queueArn(first + index), { [groupKey]: groupValue }]),
  );
}

export const throttled = () => new AwsError("ThrottlingException", "Rate exceeded");
