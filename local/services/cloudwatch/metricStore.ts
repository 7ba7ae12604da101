import { metricKey, type Metric } from "./metric";
import type { MetricDatum } from "./metricData";
import { mergeStatistics, type StatisticSet } from "./statistics";

/** Values of one metric in one unit, by the moment in milliseconds since the epoch. */
interface Series {
  readonly metric: Metric;
  readonly unit: string;
  readonly moments: Map<number, StatisticSet>;
  /** When data last came. */
  updated: number;
}

/** A range of time cut into periods, in milliseconds; `to` is not part of it. */
export interface Periods {
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

/** What came in the periods that have data, by their start. */
export interface UnitStatistics {
  readonly unit: string;
  readonly periods: ReadonlyMap<number, StatisticSet>;
}

const minute = 60_000;
const secondsKept = 3 * 60 * minute;
const minutesKept = 15 * 24 * 60 * minute;
const pruneEvery = 10 * minute;

/** Metrics as CloudWatch keeps them: seconds for three hours, minutes for fifteen days; older data are gone here. */
export class MetricStore {
  readonly #series = new Map<string, Series>();
  #pruned = 0;

  add({ metric, unit, time, values }: MetricDatum, now: number): void {
    const key = `${metricKey(metric)} ${unit}`;
    const series = this.#series.get(key) ?? {
      metric,
      unit,
      moments: new Map<number, StatisticSet>(),
      updated: now,
    };
    this.#series.set(key, series);
    series.moments.set(time, mergeStatistics(series.moments.get(time), values));
    series.updated = now;
    if (now - this.#pruned >= pruneEvery) this.#prune(now);
  }

  save(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** Brings back the series of an earlier run. */
  restore(saved: readonly Series[]): void {
    for (const series of saved) this.#series.set(`${metricKey(series.metric)} ${series.unit}`, series);
  }

  /** The statistics of each period that has data, by unit; of one unit only where one is given. */
  statistics(metric: Metric, periods: Periods, unit?: string): readonly UnitStatistics[] {
    const key = metricKey(metric);
    return [...this.#series.values()]
      .filter((series) => metricKey(series.metric) === key && (unit === undefined || series.unit === unit))
      .map((series) => ({ unit: series.unit, periods: cut(series.moments, periods) }));
  }

  /** Each metric that has data, once, and when they last came. */
  metrics(): readonly { readonly metric: Metric; readonly updated: number }[] {
    const found = new Map<string, { metric: Metric; updated: number }>();
    for (const { metric, updated } of this.#series.values()) {
      const key = metricKey(metric);
      found.set(key, { metric, updated: Math.max(updated, found.get(key)?.updated ?? 0) });
    }
    return [...found.values()];
  }

  #prune(now: number): void {
    this.#pruned = now;
    for (const [key, { moments }] of this.#series) {
      for (const [time, values] of moments) {
        const whole = Math.floor(time / minute) * minute;
        if (time < now - minutesKept) moments.delete(time);
        else if (time !== whole && time < now - secondsKept) {
          moments.delete(time);
          moments.set(whole, mergeStatistics(moments.get(whole), values));
        }
      }
      if (moments.size === 0) this.#series.delete(key);
    }
  }
}

function cut(moments: ReadonlyMap<number, StatisticSet>, { from, to, period }: Periods) {
  const periods = new Map<number, StatisticSet>();
  for (const [time, values] of moments) {
    if (time < from || time >= to) continue;
    const start = from + Math.floor((time - from) / period) * period;
    periods.set(start, mergeStatistics(periods.get(start), values));
  }
  return periods;
}
