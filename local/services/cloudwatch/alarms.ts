import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import { actionsOf, type AlarmAction } from "./alarmAction";
import { alarmStateChangeEvent, type AlarmStateChangeEvent, type StateChange } from "./alarmEvent";
import { readAlarm } from "./alarmInput";
import { AlarmMonitor } from "./alarmMonitor";
import { metricKey } from "./metric";
import type { MetricDatum } from "./metricData";
import type { MetricStore } from "./metricStore";

export interface AlarmsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricStore;
  emit(event: AlarmStateChangeEvent): void;
  onAction(action: AlarmAction): Promise<void> | void;
}

/** The alarms of the account. */
export class Alarms {
  readonly #monitors = new Map<string, AlarmMonitor>();

  constructor(private readonly options: AlarmsOptions) {}

  /**
   * Makes an alarm, or gives the one of that name another configuration.
   * @param input that of PutMetricAlarm
   */
  put(input: JsonObject): AlarmMonitor {
    const { account, clock, metrics } = this.options;
    const alarm = readAlarm(input, account, clock.now());
    const known = this.#monitors.get(alarm.name);
    if (known) {
      known.configure(alarm);
      return known;
    }
    const monitor = new AlarmMonitor(alarm, {
      clock,
      metrics,
      changed: (changedAlarm, state, previousState) =>
        this.#changed({ alarm: changedAlarm, state, previousState }),
    });
    this.#monitors.set(alarm.name, monitor);
    return monitor;
  }

  /** By name. */
  list(): readonly AlarmMonitor[] {
    return [...this.#monitors.values()].sort((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1));
  }

  find(name: string): AlarmMonitor | undefined {
    return this.#monitors.get(name);
  }

  /** @throws AwsError ResourceNotFound */
  get(name: string): AlarmMonitor {
    const monitor = this.#monitors.get(name);
    if (!monitor) throw new AwsError("ResourceNotFound", `Alarm ${name} does not exist`, 404);
    return monitor;
  }

  delete(name: string): void {
    this.#monitors.get(name)?.stop();
    this.#monitors.delete(name);
  }

  /** Data that the metrics now hold. */
  dataArrived(data: readonly MetricDatum[]): void {
    for (const { metric, time } of data) {
      const key = metricKey(metric);
      for (const monitor of this.#monitors.values()) {
        if (metricKey(monitor.alarm.metric) === key) monitor.dataArrived(time);
      }
    }
  }

  stop(): void {
    for (const monitor of this.#monitors.values()) monitor.stop();
  }

  #changed(change: StateChange): void {
    const { account, log } = this.options;
    const { alarm, state, previousState } = change;
    log(
      `CloudWatch: alarm ${alarm.name} went from ${previousState.value} to ${state.value}: ${state.reason}`,
    );
    this.options.emit(alarmStateChangeEvent(change, account));
    for (const action of actionsOf(change, account)) void this.#act(action, alarm.name);
  }

  async #act(action: AlarmAction, name: string): Promise<void> {
    try {
      await this.options.onAction(action);
    } catch (error) {
      const target = action.kind === "publish" ? action.topicArn : action.functionArn;
      this.options.log(`CloudWatch: the action ${target} of alarm ${name} failed: ${String(error)}`);
    }
  }
}
