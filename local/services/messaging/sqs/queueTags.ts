import { AwsError } from "../../service";
import { tagChanges, type TagSource, type Tags } from "../../tagging/resources";
import type { QueueAddresses } from "./queueAddress";
import type { QueueEngine } from "./queueEngine";

/** The queues, for the Resource Groups Tagging API. */
export function queueTags(engine: QueueEngine, addresses: QueueAddresses): TagSource {
  const read = async (name: string): Promise<Tags> => {
    const { Tags: tags = {} } = await engine.call("ListQueueTags", name, {});
    return tags as Tags;
  };
  return {
    async list() {
      const { QueueUrls: urls = [] } = await engine.call("ListQueues", undefined, {});
      const names = (urls as readonly string[]).map((url) => url.slice(url.lastIndexOf("/") + 1));
      return Promise.all(names.map(async (name) => ({ arn: addresses.arn(name), tags: await read(name) })));
    },
    async get(arn) {
      const name = addresses.nameOfArn(arn);
      try {
        return name === undefined ? undefined : await read(name);
      } catch (error) {
        if (error instanceof AwsError && /NonExistent|DoesNotExist/.test(error.code)) return undefined;
        throw error;
      }
    },
    async set(arn, tags) {
      const name = addresses.nameOfArn(arn) ?? "";
      const { removed, added } = tagChanges(await read(name), tags);
      if (removed.length > 0) await engine.call("UntagQueue", name, { TagKeys: removed });
      if (Object.keys(added).length > 0) await engine.call("TagQueue", name, { Tags: added });
    },
  };
}
