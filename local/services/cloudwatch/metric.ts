import { invalidValue } from "./errors";
import type { Members } from "./members";

/** What a metric is known by. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

const rates = ["Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"] as const;
const bitRates = ["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"] as const;

const units: ReadonlySet<string> = new Set([
  "Seconds",
  "Microseconds",
  "Milliseconds",
  ...[...rates, ...bitRates, "Count"].flatMap((unit) => [unit, `${unit}/Second`]),
  "Percent",
  "None",
]);

const mostDimensions = 30;

/** One text for all that a metric is known by; the order of its dimensions does not matter. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
  const sorted = dimensions.map(({ Name, Value }) => [Name, Value]).sort();
  return JSON.stringify([namespace, name, sorted]);
}

/** @throws AwsError MissingRequiredParameterException, ValidationException */
export function readDimensions(members: Members): readonly Dimension[] {
  const dimensions = members.structures("Dimensions", { most: mostDimensions }) ?? [];
  return dimensions.map((dimension) => ({
    Name: dimension.requiredText("Name", { least: 1, most: 255 }),
    Value: dimension.requiredText("Value", { least: 1, most: 1024 }),
  }));
}

/** @throws AwsError InvalidParameterValueException */
export function readUnit(members: Members): string | undefined {
  const unit = members.text("Unit");
  if (unit !== undefined && !units.has(unit)) {
    throw invalidValue(`The value ${unit} for parameter ${members.path("Unit")} is invalid.`);
  }
  return unit;
}
