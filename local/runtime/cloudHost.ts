import type { Cloud } from "../cloud";
import { checkInputs, physicalName, UnsupportedResourceError, type Adapters } from "../resources/adapter";
import { giveTags } from "../resources/initialTags";
import type { ProgramHost, Registration } from "./program";
import type { StackConfig } from "./stackConfig";

/** Stands in for the Pulumi engine and the AWS provider: each resource becomes one of the local cloud. */
export function cloudHost(cloud: Cloud, adapters: Adapters, config: StackConfig): ProgramHost {
  return {
    async create(registration) {
      const adapter = adapters[registration.type];
      // Components of the program have no life of their own: what they are made of has.
      if (!registration.custom && !adapter) return { id: "", state: registration.inputs };
      if (!adapter) throw unknownType(registration);
      checkInputs(registration, adapter);
      const resource = {
        ...registration,
        physicalName: physicalName(registration, config.project, config.stack),
      };
      const created = await adapter.create(resource, cloud);
      await giveTags(registration, created, config, cloud);
      return created;
    },
    invoke(token) {
      const answer = invokes(cloud)[token];
      if (answer) return answer;
      throw new UnsupportedResourceError(`The local cloud does not know the provider function ${token}.`);
    },
  };
}

function invokes({ account }: Cloud): Readonly<Record<string, object>> {
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account.accountId },
    "aws:index/getPartition:getPartition": { partition: account.partition },
    "aws:index/getRegion:getRegion": { region: account.region },
  };
}

function unknownType({ type, name }: Registration): UnsupportedResourceError {
  return new UnsupportedResourceError(
    `The local cloud does not know resources of type ${type} (${name}). ` +
      "Add an adapter in local/resources/, or list it in passive.ts if it has no effect on a laptop.",
  );
}
