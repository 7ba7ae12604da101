import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { Gate } from "../../gate";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import type { AlarmConfiguration } from "./alarm";
import { actionsOf, type AlarmAction } from "./alarmAction";
import { alarmStateChangeEvent, type AlarmStateChangeEvent, type StateChange } from "./alarmEvent";
import { readAlarm } from "./alarmInput";
import { AlarmMonitor, type SavedAlarm } from "./alarmMonitor";
import { metricKey } from "./metric";
import type { MetricDatum } from "./metricData";
import type { MetricStore } from "./metricStore";

export interface AlarmsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricStore;
  /** While it is closed, nothing is evaluated. @default open */
  readonly gate?: Gate;
  emit(event: AlarmStateChangeEvent): void;
  onAction(action: AlarmAction): Promise<void> | void;
}

/** Alarms as they are saved. */
export interface SavedAlarms {
  readonly alarms: readonly SavedAlarm[];
  /** The names of alarms that the program made. */
  readonly declared: ReadonlySet<string>;
}

/** The alarms of the account. */
export class Alarms {
  readonly #monitors = new Map<string, AlarmMonitor>();
  /** The names of the program's own. */
  readonly #declared = new Set<string>();

  constructor(private readonly options: AlarmsOptions) {}

  /**
   * Makes an alarm, or gives the one of that name another configuration.
   * @param input that of PutMetricAlarm
   */
  put(input: JsonObject): AlarmMonitor {
    const { account, clock } = this.options;
    const alarm = readAlarm(input, account, clock.now());
    const known = this.#monitors.get(alarm.name);
    if (known) {
      known.configure(alarm);
      return known;
    }
    return this.#begin(alarm);
  }

  /** Notes that the program made an alarm. */
  declare({ alarm }: AlarmMonitor): void {
    this.#declared.add(alarm.name);
  }

  save(): SavedAlarms {
    return {
      alarms: [...this.#monitors.values()].map((monitor) => monitor.save()),
      declared: this.#declared,
    };
  }

  /** Brings back the states of alarms, and alarms that people made; not those that the program no longer has. */
  restore({ alarms, declared }: SavedAlarms): void {
    for (const saved of alarms) {
      const { name } = saved.alarm;
      const again = declared.has(name) ? undefined : () => this.#begin(saved.alarm);
      (this.#monitors.get(name) ?? again?.())?.restore(saved);
    }
  }

  #begin(alarm: AlarmConfiguration): AlarmMonitor {
    const { clock, metrics, gate } = this.options;
    const monitor = new AlarmMonitor(alarm, {
      clock,
      metrics,
      gate,
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
