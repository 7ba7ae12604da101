import type { Cloud } from "../cloud";
import type { StackConfig } from "../runtime/stackConfig";
import type { Registration, ResourceState } from "../runtime/program";
import type { Tags } from "../services/tagging";

/** The types of resources that have tags, and which the Resource Groups Tagging API knows. */
const taggable: ReadonlySet<string> = new Set([
  "aws:batch/computeEnvironment:ComputeEnvironment",
  "aws:batch/jobDefinition:JobDefinition",
  "aws:batch/jobQueue:JobQueue",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:kms/key:Key",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
]);

/** Gives a resource the tags that the program asks for, over those that the provider gives to all. */
export async function giveTags(
  { type, inputs }: Registration,
  { state }: ResourceState,
  config: StackConfig,
  { tags }: Cloud,
): Promise<void> {
  const { arn } = state;
  if (!taggable.has(type) || typeof arn !== "string") return;
  const service = arn.split(":")[2] ?? "";
  const source = (Object.hasOwn(tags, service) ? tags[service] : undefined) ?? tags.others;
  await source.set(arn, { ...defaultTags(config), ...(inputs["tags"] as Tags | undefined) });
}

/** Source: https://www.pulumi.com/registry/packages/aws/installation-configuration/ (`aws:defaultTags`) */
function defaultTags({ values }: StackConfig): Tags {
  const { tags = {} } = JSON.parse(values["aws:defaultTags"] ?? "{}") as { readonly tags?: Tags };
  return tags;
}
