import { groupName, type TagGroup } from "./tagGroup";

/** What AWS takes. Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const longestKey = 128;
const longestValue = 256;
export const mostTags = 50;

/** What every service takes; some take more. Source: the same. */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const characters = "letters, digits, spaces and _ . : / = + - @";

/**
 * What is wrong with a group, so that it could never be applied; nothing if it can be.
 * @returns a sentence with the value and the rule
 */
export function groupFault(group: TagGroup): string | undefined {
  const { groupKey, groupValue, tags } = group;
  if (groupKey === "" || groupValue === "") return "A group has a key and a value.";
  const own = tagFault(groupKey, groupValue);
  if (own !== undefined) return own;
  const count = Object.keys(tags).length;
  if (count === 0) return `${groupName(group)} has no tags.`;
  if (count >= mostTags) {
    return `${groupName(group)} has ${count} tags; with the group's own a resource has ${mostTags} at most.`;
  }
  if (Object.hasOwn(tags, groupKey)) {
    return `${groupName(group)} would change the tag ${groupKey} by which its resources are found.`;
  }
  return Object.entries(tags)
    .map(([key, value]) => tagFault(key, value))
    .find((fault) => fault !== undefined);
}

/** What is wrong with a tag; nothing if nothing is. */
export function tagFault(key: string, value: string): string | undefined {
  const shown = shortened(key);
  if (key === "") return "A tag's key is empty.";
  if (/^aws:/i.test(key)) return `The tag key ${shown} begins with aws:, which AWS keeps for itself.`;
  if (key.length > longestKey) {
    return `The tag key ${shown} has ${key.length} characters; ${longestKey} at most are allowed.`;
  }
  if (!allowed.test(key)) return `The tag key ${shown} has other characters than ${characters}.`;
  if (value.length > longestValue) {
    return `The value of ${shown} has ${value.length} characters; ${longestValue} at most are allowed.`;
  }
  if (!allowed.test(value)) {
    return `The value of ${shown}, ${shortened(value)}, has other characters than ${characters}.`;
  }
  return undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
