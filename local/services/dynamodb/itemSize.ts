import type { AttributeValue, Item } from "./items";

/**
 * The size of an item in bytes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + textSize(name) + valueSize(value), 0);
}

/** A list or map has three bytes of overhead, and each of its members one. */
function valueSize(value: AttributeValue): number {
  if ("S" in value) return textSize(value.S);
  if ("N" in value) return numberSize(value.N);
  if ("B" in value) return binarySize(value.B);
  if ("SS" in value) return total(value.SS, textSize);
  if ("NS" in value) return total(value.NS, numberSize);
  if ("BS" in value) return total(value.BS, binarySize);
  if ("L" in value) return 3 + value.L.length + total(value.L, valueSize);
  if ("M" in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

function textSize(text: string): number {
  return Buffer.byteLength(text);
}

function binarySize(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}

/** One byte for each two significant digits, one more, and one for a minus sign. */
function numberSize(number: string): number {
  const digits = number
    .replace(/^-/, "")
    .replace(".", "")
    .replace(/^0+|0+$/g, "");
  return 1 + Math.ceil(digits.length / 2) + Number(number.startsWith("-"));
}

function total<Value>(values: readonly Value[], size: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + size(value), 0);
}
