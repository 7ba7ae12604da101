import { createHash } from "node:crypto";

/** What goes wrong, by the name that a report gives it. */
export const faultKinds = [
  "throttled",
  "failed before effect",
  "failed after effect",
  "delivered twice",
  "delivered late",
  "delivered again",
  "stream batch again",
  "function killed",
  "function timed out",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** How often each kind of fault happens where it can, from 0 to 1. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** Every kind at the same rate. */
export function everyFault(rate: number): FaultRates {
  return Object.fromEntries(faultKinds.map((kind) => [kind, rate]));
}

/** Evenly from 0 up to 1; depends on nothing but its arguments. */
export function draw(seed: number, key: string, count: number): number {
  return createHash("sha256").update(`${seed}/${key}/${count}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** Numbers of one series, evenly from 0 up to 1. */
export function series(seed: number, key: string): () => number {
  let count = 0;
  return () => draw(seed, key, count++);
}

/**
 * Decides what goes wrong. Each place has a series of its own, so that the n-th call of an operation by the same principal
 * fares alike in each run of a seed, whatever happens elsewhere meanwhile.
 */
export class Decisions {
  readonly #series = new Map<string, () => number>();
  readonly #happened = new Map<FaultKind, number>();

  constructor(
    private readonly seed: number,
    private readonly rates: FaultRates,
  ) {}

  /** How often each kind has happened. */
  get happened(): Readonly<Record<FaultKind, number>> {
    const counts = faultKinds.map((kind) => [kind, this.#happened.get(kind) ?? 0]);
    return Object.fromEntries(counts) as Record<FaultKind, number>;
  }

  /** Whether this kind of fault happens now, at this place; counted if it does. */
  happens(kind: FaultKind, place: string): boolean {
    const drawn = this.number(`${kind}/${place}`);
    if (drawn >= (this.rates[kind] ?? 0)) return false;
    this.#happened.set(kind, (this.#happened.get(kind) ?? 0) + 1);
    return true;
  }

  /** The next number of a series. */
  number(key: string): number {
    let next = this.#series.get(key);
    if (!next) this.#series.set(key, (next = series(this.seed, key)));
    return next();
  }
}
