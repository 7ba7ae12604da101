import type { Authorize } from "../../endpoint/authorize";
import type { Principal } from "../../iam/principal";
import type { TaggableResources, TagSource, TagVerb, Tags } from "./resources";
import { serviceOf, taggingActions } from "./taggingActions";

export interface AccountResourcesOptions {
  /** By the service in its ARNs, for example `sqs`. */
  readonly sources: Readonly<Record<string, TagSource>>;
  /** The resources of all other services. */
  readonly others: TagSource;
  /** Asked for the tagging actions of the resource's own service. */
  readonly authorize: Authorize;
}

/** All resources of the account that can have tags, each kept by its own service. */
export function accountResources({ sources, others, authorize }: AccountResourcesOptions): TaggableResources {
  const sourceOf = (arn: string) => {
    const service = serviceOf(arn);
    return (Object.hasOwn(sources, service) ? sources[service] : undefined) ?? others;
  };
  return {
    async list() {
      const lists = await Promise.all(
        [...Object.values(sources), others].map(async (source) => source.list()),
      );
      return lists.flat();
    },
    get: (arn) => sourceOf(arn).get(arn),
    async set(arn, tags: Tags, principal: Principal, verb: TagVerb) {
      const permissions = taggingActions(arn, verb).map((action) => ({ action, resource: arn }));
      const request = { principal, method: "POST", path: "/", query: "", headers: {}, body: Buffer.alloc(0) };
      await authorize(request, serviceOf(arn), permissions);
      await sourceOf(arn).set(arn, tags);
    },
  };
}
