/** A measured figure, and what it must keep to. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** For example `MB` or `×`. */
  readonly unit: string;
  /** What it is compared to, measured in the same run. */
  readonly compared?: string;
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Whether a figure keeps its limit; one without any does. */
export function isHeld({ value, limit }: Figure): boolean {
  if (limit === undefined) return true;
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** The value that so much of all values is not above: `0.99` for p99. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (value === undefined) throw new Error("there is no percentile of nothing");
  return value;
}

/** The middle value; of an even number of values the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error("there is no median of nothing");
  return middle;
}
