import { cloudWatchDialect, invalidCombination, invalidValue, missingParameter } from "./errors";
import type { JsonObject } from "../jsonProtocol";
import { Members } from "./members";
import { readDimensions, readUnit, type Metric } from "./metric";
import { mergeStatistics, statisticSet, type StatisticSet } from "./statistics";

/** Values of a metric at a moment. */
export interface MetricDatum {
  readonly metric: Metric;
  readonly unit: string;
  /** Milliseconds since the epoch: a whole second for a metric of high resolution, otherwise a whole minute. */
  readonly time: number;
  readonly values: StatisticSet;
}

const mostData = 1000;
const mostValues = 150;
const largestValue = 2 ** 360;
const twoWeeks = 14 * 24 * 60 * 60 * 1000;
const twoHours = 2 * 60 * 60 * 1000;

/**
 * The data of a PutMetricData; those that belong to an entity count like the others.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 * @throws AwsError for the first rule that is broken; then nothing of the request counts
 */
export function readMetricData(input: JsonObject, now: number): readonly MetricDatum[] {
  const members = new Members(input, cloudWatchDialect);
  const namespace = readNamespace(members);
  const entities = members.structures("EntityMetricData");
  const own = members.structures("MetricData");
  if (!own && !entities) throw missingParameter("MetricData");
  const data = [own, ...(entities ?? []).map((entity) => entity.structures("MetricData"))].flatMap(
    (list) => list ?? [],
  );
  if (data.length > mostData) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${mostData}.`);
  }
  return data.map((datum) => readDatum(datum, namespace, now));
}

function readNamespace(members: Members): string {
  const namespace = members.requiredText("Namespace", { least: 1, most: 255 });
  if (namespace.startsWith(":") || namespace.startsWith("AWS/")) {
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  }
  return namespace;
}

function readDatum(datum: Members, namespace: string, now: number): MetricDatum {
  const name = datum.requiredText("MetricName", { least: 1, most: 255 });
  const metric = { namespace, name, dimensions: readDimensions(datum) };
  const resolution = datum.integer("StorageResolution") ?? 60;
  if (resolution !== 1 && resolution !== 60) {
    throw invalidValue(
      `The value ${resolution} for parameter ${datum.path("StorageResolution")} is invalid.`,
    );
  }
  const time = datum.time("Timestamp") ?? now;
  checkTime(datum, time, now);
  const step = resolution * 1000;
  return {
    metric,
    unit: readUnit(datum) ?? "None",
    time: Math.floor(time / step) * step,
    values: readValues(datum),
  };
}

function checkTime(datum: Members, time: number, now: number): void {
  const path = datum.path("Timestamp");
  if (time < now - twoWeeks) {
    throw invalidValue(`The parameter ${path} must specify a time within the past two weeks.`);
  }
  if (time > now + twoHours) {
    throw invalidValue(`The parameter ${path} must specify a time no more than two hours in the future.`);
  }
}

/** Exactly one of Value, Values and StatisticValues. */
function readValues(datum: Members): StatisticSet {
  const value = datum.number("Value");
  const values = datum.numbers("Values");
  const set = datum.structure("StatisticValues");
  const given = Object.entries({ Value: value, Values: values, StatisticValues: set })
    .filter(([, member]) => member !== undefined)
    .map(([name]) => datum.path(name));
  if (given.length > 1) {
    throw invalidCombination(
      `The parameters ${given.join(" and ")} are mutually exclusive and you have specified both.`,
    );
  }
  if (values) return readCounts(datum, values);
  if (set) return readSet(set);
  return statisticSet(checkNumber(datum.path("Value"), datum.required("Value", value)));
}

function readCounts(datum: Members, values: readonly number[]): StatisticSet {
  const counts = datum.numbers("Counts") ?? values.map(() => 1);
  if (values.length > mostValues) {
    throw invalidValue(
      `The collection ${datum.path("Values")} must not have a size greater than ${mostValues}.`,
    );
  }
  if (values.length === 0) throw missingParameter(datum.path("Values"));
  if (counts.length !== values.length) {
    throw invalidValue(
      `The parameters ${datum.path("Values")} and ${datum.path("Counts")} must be of the same size.`,
    );
  }
  return values
    .map((value, index) => {
      const count = checkNumber(`${datum.path("Counts")}.member.${index + 1}`, counts[index] ?? 1);
      if (count <= 0) {
        throw invalidValue(
          `The value ${count} for parameter ${datum.path("Counts")}.member.${index + 1} is invalid.`,
        );
      }
      return statisticSet(checkNumber(`${datum.path("Values")}.member.${index + 1}`, value), count);
    })
    .reduce((all, each) => mergeStatistics(all, each));
}

function readSet(set: Members): StatisticSet {
  const read = (name: string) => checkNumber(set.path(name), set.required(name, set.number(name)));
  const values = {
    sampleCount: read("SampleCount"),
    sum: read("Sum"),
    minimum: read("Minimum"),
    maximum: read("Maximum"),
  };
  if (values.sampleCount <= 0) {
    throw invalidValue(`The parameter ${set.path("SampleCount")} must be greater than 0.`);
  }
  if (values.minimum > values.maximum) {
    throw invalidValue(
      `The parameter ${set.path("Maximum")} must be greater than or equal to ${set.path("Minimum")}.`,
    );
  }
  return values;
}

function checkNumber(path: string, value: number): number {
  if (Math.abs(value) > largestValue)
    throw invalidValue(`The value ${value} for parameter ${path} is invalid.`);
  return value;
}
