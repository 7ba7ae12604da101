import type { Clock } from "../../clock";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import type { Alarms } from "./alarms";
import { cloudWatchDialect } from "./errors";
import { getMetricStatistics } from "./getMetricStatistics";
import { Members } from "./members";
import type { Metric } from "./metric";
import { readMetricData } from "./metricData";
import type { MetricStore } from "./metricStore";
import { page } from "./page";

interface MetricOperationsOptions {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
}

const metricsPerPage = 500;
const threeHours = 3 * 60 * 60 * 1000;
const twoWeeks = 14 * 24 * 60 * 60 * 1000;

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html (permissions) */
export function metricOperations(options: MetricOperationsOptions): Record<string, JsonOperation> {
  const { clock, metrics, alarms } = options;
  return {
    PutMetricData: {
      permissions: ({ Namespace }) => [
        {
          action: "cloudwatch:PutMetricData",
          resource: "*",
          ...(typeof Namespace === "string" && { context: { "cloudwatch:namespace": Namespace } }),
        },
      ],
      run: (input) => {
        const data = readMetricData(input, clock.now());
        for (const datum of data) metrics.add(datum, clock.now());
        alarms.dataArrived(data);
        return {};
      },
    },
    GetMetricStatistics: {
      permissions: () => [{ action: "cloudwatch:GetMetricStatistics", resource: "*" }],
      run: (input) => getMetricStatistics(input, metrics),
    },
    ListMetrics: {
      permissions: () => [{ action: "cloudwatch:ListMetrics", resource: "*" }],
      run: (input) => listMetrics(input, options),
    },
  };
}

function listMetrics(input: JsonObject, { clock, metrics }: MetricOperationsOptions): object {
  const members = new Members(input, cloudWatchDialect);
  const recent = members.choice("RecentlyActive", ["PT3H"]);
  const since = clock.now() - (recent ? threeHours : twoWeeks);
  const matches = metricFilter(members);
  const found = metrics
    .metrics()
    .filter(({ metric, updated }) => updated >= since && matches(metric))
    .map(({ metric }) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions,
    }));
  const { items, ...next } = page(found, members.text("NextToken"), metricsPerPage);
  return { Metrics: items, ...next };
}

function metricFilter(members: Members): (metric: Metric) => boolean {
  const namespace = members.text("Namespace", { least: 1, most: 255 });
  const name = members.text("MetricName", { least: 1, most: 255 });
  const filters = (members.structures("Dimensions", { most: 10 }) ?? []).map((filter) => ({
    wanted: filter.requiredText("Name", { least: 1, most: 255 }),
    value: filter.text("Value", { least: 1, most: 1024 }),
  }));
  return (metric) =>
    (namespace === undefined || metric.namespace === namespace) &&
    (name === undefined || metric.name === name) &&
    filters.every(({ wanted, value }) =>
      metric.dimensions.some(
        ({ Name, Value }) => Name === wanted && (value === undefined || Value === value),
      ),
    );
}
