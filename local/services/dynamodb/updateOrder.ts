import type { JsonObject } from "../jsonProtocol";

/** A clause of a parsed UpdateExpression. */
interface Section {
  readonly type: "set" | "remove" | "add" | "delete";
  readonly path: readonly (string | number)[];
}

/**
 * AWS takes list positions as they are before the update; dynalite applies one clause after the other, and a removal
 * moves what follows it. Removing last, and from the end of each list, has AWS's result.
 */
export function orderRemovals(data: JsonObject): void {
  const updates = data["_updates"] as { readonly sections: Section[] } | undefined;
  updates?.sections.sort(
    (left, right) =>
      Number(left.type === "remove") - Number(right.type === "remove") || furtherFirst(left, right),
  );
}

function furtherFirst({ path: left }: Section, { path: right }: Section): number {
  const at = left.findIndex((piece, index) => piece !== right[index]);
  const [one, other] = [left[at], right[at]];
  if (typeof one === "number" && typeof other === "number") return other - one;
  return String(one) < String(other) ? -1 : 1;
}
