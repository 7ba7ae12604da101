import type { JsonObject } from "../jsonProtocol";
import { cloudWatchDialect, invalidCombination, invalidValue } from "./errors";
import { Members } from "./members";
import { readDimensions, readUnit } from "./metric";
import type { MetricStore, Periods } from "./metricStore";
import { statisticOf, statistics, type Statistic } from "./statistics";

const shortPeriods = [1, 5, 10, 20, 30];
const mostDatapoints = 1440;

/**
 * The operation GetMetricStatistics, without percentiles.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export function getMetricStatistics(input: JsonObject, metrics: MetricStore): object {
  const members = new Members(input, cloudWatchDialect);
  const metric = {
    namespace: members.requiredText("Namespace", { least: 1, most: 255 }),
    name: members.requiredText("MetricName", { least: 1, most: 255 }),
    dimensions: readDimensions(members),
  };
  const wanted = readStatistics(members);
  const found = metrics.statistics(metric, readPeriods(members), readUnit(members));
  const datapoints = found.flatMap(({ unit, periods }) =>
    [...periods].map(([start, set]) => ({
      Timestamp: start / 1000,
      ...Object.fromEntries(wanted.map((statistic) => [statistic, statisticOf(set, statistic)])),
      Unit: unit,
    })),
  );
  return { Label: metric.name, Datapoints: datapoints };
}

function readStatistics(members: Members): readonly Statistic[] {
  if (members.list("ExtendedStatistics")) {
    throw invalidValue(
      "The local cloud keeps no percentiles: ask for Statistics without ExtendedStatistics.",
    );
  }
  const names = members.texts("Statistics", { least: 1, most: 5 });
  if (!names)
    throw invalidCombination(
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  return names.map((name) => {
    const statistic = statistics.find((candidate) => candidate === name);
    if (statistic) return statistic;
    throw members.violation(
      "Statistics",
      name,
      `Member must satisfy enum value set: [${statistics.join(", ")}]`,
    );
  });
}

function readPeriods(members: Members): Periods {
  const start = members.required("StartTime", members.time("StartTime"));
  const to = members.required("EndTime", members.time("EndTime"));
  const seconds = members.required("Period", members.integer("Period", { least: 1 }));
  if (seconds % 60 !== 0 && !shortPeriods.includes(seconds)) {
    throw invalidValue("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
  }
  if (start >= to) throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  const period = seconds * 1000;
  const rounding = Math.min(period, 60_000);
  const from = Math.floor(start / rounding) * rounding;
  const requested = Math.ceil((to - from) / period);
  if (requested > mostDatapoints) {
    throw invalidCombination(
      `You have requested up to ${requested.toLocaleString("en")} datapoints, which exceeds the limit of 1,440. ` +
        "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
    );
  }
  return { from, to, period };
}
