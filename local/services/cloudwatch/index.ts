import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { Stateful } from "../../data/stateful";
import type { Gate } from "../../gate";
import type { JsonObject } from "../jsonProtocol";
import type { Service } from "../service";
import type { AlarmAction } from "./alarmAction";
import type { AlarmStateChangeEvent } from "./alarmEvent";
import { alarmOperations } from "./alarmOperations";
import { Alarms, type SavedAlarms } from "./alarms";
import { metricOperations } from "./metricOperations";
import { MetricStore } from "./metricStore";
import { cloudWatchService } from "./wire";

export type { AlarmAction, InvokeAction, PublishAction } from "./alarmAction";
export type { AlarmData, AlarmLambdaEvent, AlarmStateChangeEvent } from "./alarmEvent";

export interface CloudWatchOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** While it is closed, no alarm is evaluated. @default open */
  readonly gate?: Gate;
  /** Gets "CloudWatch Alarm State Change" whenever an alarm's state changes. */
  emit(event: AlarmStateChangeEvent): void;
  /** Carries out what an alarm does on a change of its state; a failure is logged. */
  onAction(action: AlarmAction): Promise<void> | void;
}

/** CloudWatch of the local cloud: metrics, and alarms on one statistic of one metric. */
export interface CloudWatch extends Stateful {
  /** Signing name `monitoring`; AWS JSON 1.0, target prefix `GraniteServiceVersion20100801`. */
  readonly service: Service;
  /**
   * Makes an alarm, or gives the one of that name another configuration.
   * @param input that of PutMetricAlarm
   * @throws AwsError as PutMetricAlarm on AWS, and ValidationException for what the local cloud cannot evaluate
   */
  putAlarm(input: JsonObject): { arn: string };
  /** No evaluation follows. */
  stop(): Promise<void>;
}

interface SavedCloudWatch {
  readonly metrics: ReturnType<MetricStore["save"]>;
  readonly alarms: SavedAlarms;
}

export function createCloudWatch(options: CloudWatchOptions): CloudWatch {
  const { account, clock } = options;
  const metrics = new MetricStore();
  const alarms = new Alarms({ ...options, metrics });
  const service = cloudWatchService({
    ...metricOperations({ clock, metrics, alarms }),
    ...alarmOperations({ account, clock, alarms }),
  });
  const stop = async () => alarms.stop();
  return {
    service: { ...service, stop },
    putAlarm(input) {
      const monitor = alarms.put(input);
      alarms.declare(monitor);
      return { arn: monitor.alarm.arn };
    },
    save: (): SavedCloudWatch => ({ metrics: metrics.save(), alarms: alarms.save() }),
    restore(state) {
      const saved = state as SavedCloudWatch;
      metrics.restore(saved.metrics);
      alarms.restore(saved.alarms);
    },
    stop,
  };
}
