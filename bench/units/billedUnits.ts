import prices from "../prices.json";

/** What AWS bills by number, as the price file names it. */
export type Unit = keyof typeof prices.perMillion;

export type Units = Readonly<Partial<Record<Unit, number>>>;

/** What one job of these units costs a million times, in US dollars. */
export function pricePerMillion(units: Units): number {
  return unitsOf(units).reduce((sum, [unit, count]) => sum + count * prices.perMillion[unit].price, 0);
}

/** For example `4 state transitions, 6 invocations`. */
export function describeUnits(units: Units): string {
  return unitsOf(units)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${Number(count.toPrecision(2))} ${count === 1 ? unit : `${unit}s`}`)
    .join(", ");
}

function unitsOf(units: Units): [Unit, number][] {
  return Object.entries(units) as [Unit, number][];
}
