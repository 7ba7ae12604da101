import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../policy";
import { taggableServices } from "./taggableServices";

/** The permission to find resources by their tags. It knows no resources. */
export const allowFind: PolicyStatement = {
  sid: "FindResources",
  actions: ["tag:GetResources"],
  resources: ["*"],
};

/**
 * The permission to tag the resources of some services, wherever they are in the account and region.
 * `tag:TagResources` knows no resources: what may be tagged is up to the services' own actions.
 */
export function allowTag(services: readonly string[]): PolicyStatement[] {
  return [
    { sid: "TagResources", actions: ["tag:TagResources"], resources: ["*"] },
    ...services.map((name) => ({
      sid: `Tag${name}`,
      actions: taggableServices[name]?.actions ?? [],
      resources: [resourcesOf(name)],
    })),
  ];
}

function resourcesOf(name: string): pulumi.Output<string> {
  const service = taggableServices[name];
  if (!service) throw new Error(`no resources of ${name} can be tagged`);
  const { partition } = aws.getPartitionOutput();
  if (service.global) return pulumi.interpolate`arn:${partition}:${name}:::${service.resources}`;
  const { region } = aws.getRegionOutput();
  const { accountId } = aws.getCallerIdentityOutput();
  return pulumi.interpolate`arn:${partition}:${name}:${region}:${accountId}:${service.resources}`;
}
