import type { AlarmEvent, AlarmState } from "../../functions/lib/alarm";

/** What CloudWatch hands to a function when an alarm opens, with every member that it has on AWS. */
export function alarmEvent(
  alarmName: string,
  state: Partial<AlarmState> = {},
  previous: AlarmState["value"] = "OK",
): AlarmEvent {
  const [region, accountId, timestamp] = ["us-east-1", "000000000000", "2026-03-01T00:00:12.345+0000"];
  const event = {
    source: "aws.cloudwatch",
    alarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName}`,
    accountId,
    time: timestamp,
    region,
    alarmData: {
      alarmName,
      state: { value: "ALARM" as const, reason: "Threshold Crossed: 1 datapoint [2.0]", timestamp, ...state },
      previousState: { value: previous, reason: "all is well", timestamp: "2026-02-28T23:00:00.000+0000" },
      configuration: { metrics: [] },
    },
  };
  return event;
}

/** The `reasonData` of a state: its data points, newest first, as `[minute, value]`; nothing where data were missing. */
export function reasonData(...points: (readonly [minute: number, value?: number])[]): string {
  const evaluatedDatapoints = points.map(([minute, value]) => ({
    timestamp: `2026-03-01T00:${String(minute).padStart(2, "0")}:00.000+0000`,
    ...(value === undefined ? {} : { sampleCount: 1, value }),
  }));
  const recentDatapoints = points.flatMap(([, value]) => value ?? []).reverse();
  return JSON.stringify({ version: "1.0", period: 60, recentDatapoints, threshold: 1, evaluatedDatapoints });
}
