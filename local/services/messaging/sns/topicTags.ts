import type { TagSource } from "../../tagging/resources";
import type { TopicStore } from "./topicStore";

/** The topics, for the Resource Groups Tagging API. */
export function topicTags(store: TopicStore): TagSource {
  const find = (arn: string) => store.topics().find((topic) => topic.arn === arn);
  return {
    list: () => store.topics().map(({ arn, tags }) => ({ arn, tags: Object.fromEntries(tags) })),
    get(arn) {
      const topic = find(arn);
      return topic && Object.fromEntries(topic.tags);
    },
    set(arn, tags) {
      const topic = find(arn);
      topic?.tags.clear();
      for (const [key, value] of Object.entries(tags)) topic?.tags.set(key, value);
    },
  };
}
