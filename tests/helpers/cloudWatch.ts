import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Relay } from "./relay";

/** Puts one value of a metric, as `aws cloudwatch put-metric-data` does, as the operator. */
export async function putMetric(relay: Relay, namespace: string, name: string, value: number): Promise<void> {
  const MetricData = [{ MetricName: name, Value: value }];
  await callCloudWatch(relay, "PutMetricData", { Namespace: namespace, MetricData });
}

/** Has the program's alarm of that name open, whether it was open before or not. */
export async function openAlarm(relay: Relay, name: string): Promise<void> {
  const { MetricAlarms } = (await callCloudWatch(relay, "DescribeAlarms", { AlarmNamePrefix: name })) as {
    readonly MetricAlarms: readonly { readonly AlarmName: string }[];
  };
  const [alarm] = MetricAlarms;
  if (!alarm) throw new Error(`the program has no alarm ${name}`);
  for (const StateValue of ["OK", "ALARM"]) {
    const state = { AlarmName: alarm.AlarmName, StateValue, StateReason: "a test" };
    await callCloudWatch(relay, "SetAlarmState", state);
  }
}

/** Calls an operation of CloudWatch as the operator. @throws when it is refused */
export async function callCloudWatch(relay: Relay, operation: string, input: object): Promise<unknown> {
  const { endpoint, region, credentials } = relay.clientConfig;
  const { hostname, port, host, protocol } = new URL(endpoint);
  const signer = new SignatureV4({ region, credentials, service: "monitoring", sha256: Sha256 });
  const body = JSON.stringify(input);
  const signed = await signer.sign(
    new HttpRequest({
      method: "POST",
      protocol,
      hostname,
      port: Number(port),
      path: "/",
      headers: {
        host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
      },
      body,
    }),
  );
  const response = await fetch(`${endpoint}/`, { method: "POST", headers: signed.headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as unknown);
}
