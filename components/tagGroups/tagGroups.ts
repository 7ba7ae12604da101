import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildTags } from "../../functions/buildTags";
import type { TaggedProcesses } from "../../functions/lib/tags/jobTags";
import type { Catalogue } from "../catalogue/process";
import type { TagGroupsConfig } from "../catalogue/tagGroupsConfig";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import type { PolicyStatement } from "../policy";
import { createApplier, type Applier } from "./applier";
import { allowFind, allowTag } from "./taggingStatements";

export interface TagGroupsArgs {
  readonly tagGroups: TagGroupsConfig;
  readonly foundation: Foundation;
}

/** The processes whose jobs carry the tags of a group, and which. */
export function taggedProcesses(catalogue: Catalogue, tags: TagGroups | undefined): TaggedProcesses {
  if (!tags) return {};
  return Object.fromEntries(
    Object.values(catalogue).flatMap(({ name, tagGroup }) =>
      tagGroup === undefined ? [] : [[name, { key: tags.key, value: tagGroup }]],
    ),
  );
}

/** The longest that Lambda knows. */
const builderTimeoutSeconds = 900;

/**
 * The table of tag groups, and what applies them: a function that looks on a schedule for resources that carry a group's
 * own tag and lack others of the group, and tags them itself or, decoupled, has another one do it at a pace.
 */
export class TagGroups extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  private readonly tableArn: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: TagGroupsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:TagGroups", name, {}, opts);
    const { tagGroups, foundation } = args;
    const table = createTable(name, foundation, this);
    this.tableName = table.name;
    this.tableArn = table.arn;
    const applier = tagGroups.decoupled ? createApplier(tagGroups, foundation, this) : undefined;
    const builder = this.createBuilder(applier);
    schedule(name, tagGroups, builder, this);
    this.registerOutputs({ tableName: this.tableName });
  }

  /** The key of the groups that processes name by their value. */
  get key(): string {
    return this.args.tagGroups.key;
  }

  /** What `npm run tags` needs to know. */
  get summary(): pulumi.Output<{ tableArn: string; services: string[]; ratePerSecond: number }> {
    const { services, ratePerSecond } = this.args.tagGroups;
    return pulumi.output({ tableArn: this.tableArn, services: [...services], ratePerSecond });
  }

  /** The permission to read one group. */
  allowRead(): PolicyStatement {
    return { sid: "ReadTagGroup", actions: ["dynamodb:GetItem"], resources: [this.tableArn] };
  }

  private createBuilder(applier: Applier | undefined): InlineFunction {
    const { tagGroups, foundation } = this.args;
    const { services, ratePerSecond } = tagGroups;
    const readAll = { sid: "ReadTagGroups", actions: ["dynamodb:Scan"], resources: [this.tableArn] };
    return new InlineFunction(
      "build-tags",
      {
        handler: inlineHandler(buildTags, {
          tableName: this.tableName,
          services,
          ratePerSecond,
          queueUrl: applier?.queue.url ?? "",
        }),
        statements: [readAll, allowFind, ...(applier ? [applier.queue.allowSend()] : allowTag(services))],
        timeoutSeconds: builderTimeoutSeconds,
        foundation,
      },
      { parent: this },
    );
  }
}

function createTable(
  name: string,
  { settings, key }: Foundation,
  parent: pulumi.Resource,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "groupKey",
      rangeKey: "groupValue",
      attributes: ["groupKey", "groupValue"].map((attribute) => ({ name: attribute, type: "S" })),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      deletionProtectionEnabled: settings.protectData,
    },
    { parent, protect: settings.protectData },
  );
}

function schedule(
  name: string,
  { everyMinutes }: TagGroupsConfig,
  builder: InlineFunction,
  parent: pulumi.Resource,
): void {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-schedule`,
    {
      description: "When resources are looked for that lack tags of their group",
      scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`,
    },
    { parent },
  );
  builder.triggerBy("schedule", rule);
}
