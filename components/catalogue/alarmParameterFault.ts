import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { Condition } from "../../functions/lib/alarm";
import type { ParameterSchema } from "./process";
import type { Statistic, Trigger } from "./trigger";

/**
 * Says what of the parameters that a trigger's alarm gives is refused by the schema of its process.
 * @param schema one that compiles
 */
export function alarmParameterFault(trigger: Trigger, schema: ParameterSchema): string | undefined {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  for (const parameters of representatives(trigger)) {
    // Not asked in the condition itself, where the compiler would take a refusal for "no such parameters".
    const valid: boolean = validate(parameters);
    if (valid) continue;
    const { value } = parameters;
    const gives =
      value === undefined ? "no value when data are missing" : `value (a number, such as ${value})`;
    const fault = ajv.errorsText(validate.errors, { dataVar: "parameters" });
    return (
      `an alarm gives the parameters alarm (text), ${gives}, time (date-time) and reason (text), ` +
      `which the process's schema refuses: ${fault}`
    );
  }
  return undefined;
}

interface AlarmParameters {
  readonly alarm: string;
  readonly value?: number;
  readonly time: string;
  readonly reason: string;
}

/** Parameters such as the alarm may give. */
function representatives({ name, condition, statistic, missingData }: Trigger): AlarmParameters[] {
  const given = {
    alarm: `${name}-jobs-0123456`,
    time: "2026-01-01T00:00:00.000Z",
    // CloudWatch's reasons grow with the number of data points.
    reason:
      "Threshold Crossed: 1 datapoint [2.0 (01/01/26 00:00:00)] was greater than the threshold (1.0).".padEnd(
        1023,
        ".",
      ),
  };
  const withValue = edgeValues(condition, statistic).map((value) => ({ ...given, value }));
  // With missing data taken for breaching, an alarm can open without a single data point.
  return missingData === "breaching" ? [...withValue, given] : withValue;
}

/** The values closest to the threshold that open the alarm. Only a count is sure to be whole. */
function edgeValues({ comparison, threshold }: Condition, statistic: Statistic): number[] {
  const up = comparison.startsWith(">");
  const itself = comparison.endsWith("=");
  if (statistic === "SampleCount") {
    const nearest = up ? Math.ceil(threshold) : Math.floor(threshold);
    return [nearest === threshold && !itself ? nearest + (up ? 1 : -1) : nearest];
  }
  const distance = Math.max(1, Math.abs(threshold)) / 2 ** 20;
  const beyond = threshold + (up ? distance : -distance);
  return itself ? [threshold, beyond] : [beyond];
}
