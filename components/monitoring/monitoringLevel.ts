/**
 * What of a stack is watched: nothing, alarms, or alarms and a dashboard. Alarms cost ten US cents a month for each
 * metric that they look at, the dashboard three dollars beyond the account's first three.
 */
export type MonitoringLevel = "none" | "alarms" | "all";

export const monitoringLevels: readonly MonitoringLevel[] = ["none", "alarms", "all"];
