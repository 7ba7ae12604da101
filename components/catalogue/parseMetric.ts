import type { CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import { isRecord } from "./isRecord";
import type { Metric } from "./trigger";

const mostDimensions = 30;
/** What CloudWatch takes in names: printable ASCII. */
const printable = /^[ -~]*[!-~][ -~]*$/;

/** Reads which metric is watched. Source: PutMetricAlarm and Dimension of the CloudWatch API */
export function parseMetric(key: string, value: unknown, issues: CatalogueIssue[]): Metric {
  if (!isRecord(value)) {
    const rule = "a metric is a map with namespace, name and, if it has any, dimensions";
    issues.push({ key, value, rule, remedy: "Write { namespace: Custom, name: test_m }." });
    return { namespace: "", name: "", dimensions: {} };
  }
  checkKeys(key, value, ["namespace", "name", "dimensions"], issues);
  return {
    namespace: parseNamespace(`${key}.namespace`, value["namespace"], issues),
    name: parseName(`${key}.name`, value["name"], issues),
    dimensions: parseDimensions(`${key}.dimensions`, value["dimensions"], issues),
  };
}

function parseNamespace(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (isName(value, 255) && !value.startsWith(":")) return value;
  const rule = "a namespace has 1 to 255 ASCII characters, and no colon first";
  issues.push({ key, value, rule, remedy: "Write the namespace that the data are put into." });
  return "";
}

function parseName(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (isName(value, 255)) return value;
  const rule = "a metric's name has 1 to 255 ASCII characters";
  issues.push({ key, value, rule, remedy: "Write the name that the data are put under." });
  return "";
}

function parseDimensions(
  key: string,
  value: unknown,
  issues: CatalogueIssue[],
): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.keys(value).length > mostDimensions) {
    const rule = `dimensions are a map of texts by name, ${mostDimensions} at most`;
    issues.push({ key, value, rule, remedy: "Write for example { host: nurswgvml007 }." });
    return {};
  }
  const wellFormed = Object.entries(value).filter((entry): entry is [string, string] => {
    const [name, text] = entry;
    if (isName(name, 255) && !name.startsWith(":") && isName(text, 1024)) return true;
    const rule = "a dimension's name has 1 to 255 ASCII characters, and no colon first; its value 1 to 1024";
    issues.push({
      key: `${key}.${name}`,
      value: text,
      rule,
      remedy: "Write it as the metric's data have it.",
    });
    return false;
  });
  return Object.fromEntries(wellFormed);
}

function isName(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length <= most && printable.test(value);
}
