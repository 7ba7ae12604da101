/** A value as the wire has it: binary data in base64, numbers as text. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or the value of a map attribute. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Whether two items hold the same attributes; the order of a set's members does not count. */
export function sameItem(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => sameValue(left[name], right[name]))
  );
}

/** The attributes of `item` that are named in `names`. */
export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

function sameValue(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (!left || !right) return left === right;
  if ("M" in left) return "M" in right && sameItem(left.M, right.M);
  if ("L" in left) return "L" in right && sameList(left.L, right.L);
  if ("SS" in left) return "SS" in right && sameSet(left.SS, right.SS);
  if ("NS" in left) return "NS" in right && sameSet(left.NS, right.NS);
  if ("BS" in left) return "BS" in right && sameSet(left.BS, right.BS);
  return JSON.stringify(left) === JSON.stringify(right);
}

function sameList(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  return left.length === right.length && left.every((value, index) => sameValue(value, right[index]));
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const members = new Set(right);
  return left.length === members.size && left.every((member) => members.has(member));
}
