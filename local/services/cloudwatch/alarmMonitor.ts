import type { Clock } from "../../clock";
import type { Gate } from "../../gate";
import type { AlarmConfiguration, AlarmState, Datapoint, StateValue } from "./alarm";
import { evaluate, evaluationRange, isBreaching } from "./evaluate";
import type { MetricStore } from "./metricStore";
import { stateOf } from "./stateReason";
import { mergeStatistics, statisticOf, type StatisticSet } from "./statistics";

/** An alarm as it is saved. */
export interface SavedAlarm {
  readonly alarm: AlarmConfiguration;
  readonly state: AlarmState;
  readonly transitioned: number;
}

export interface AlarmMonitorOptions {
  /** While it is closed, nothing is evaluated. @default open */
  readonly gate?: Gate | undefined;
  readonly clock: Clock;
  readonly metrics: MetricStore;
  /** Called on changes of the state only. */
  changed(alarm: AlarmConfiguration, state: AlarmState, previousState: AlarmState): void;
}

/** One alarm: its state, and the evaluations that lead from one to the next. */
export class AlarmMonitor {
  #alarm: AlarmConfiguration;
  #state: AlarmState;
  #transitioned: number;
  #cancel: () => void;

  constructor(
    alarm: AlarmConfiguration,
    private readonly options: AlarmMonitorOptions,
  ) {
    this.#alarm = alarm;
    this.#transitioned = alarm.updated;
    this.#state = {
      value: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      reasonData: undefined,
      timestamp: alarm.updated,
    };
    this.#cancel = this.#schedule();
  }

  get alarm(): AlarmConfiguration {
    return this.#alarm;
  }

  get state(): AlarmState {
    return this.#state;
  }

  /** When the state last changed, in milliseconds since the epoch. */
  get transitioned(): number {
    return this.#transitioned;
  }

  save(): SavedAlarm {
    return { alarm: this.#alarm, state: this.#state, transitioned: this.#transitioned };
  }

  /** Takes up the state that it was in: nobody is told of it again. */
  restore({ state, transitioned }: Omit<SavedAlarm, "alarm">): void {
    this.#state = state;
    this.#transitioned = transitioned;
  }

  /** The state stays as it is. */
  configure(alarm: AlarmConfiguration): void {
    this.#alarm = alarm;
    this.#cancel();
    this.#cancel = this.#schedule();
  }

  /** Takes a state that was set by hand; the next evaluation corrects it. */
  set(state: AlarmState): void {
    this.#enter(state);
  }

  /**
   * Data have come for `time`. AWS notices at its next evaluation, up to a minute later; on a laptop nobody wants to wait
   * for that, so a period under way that breaches already leads to ALARM at once. It never leads out of ALARM before it has
   * ended, and totals that are to be high are not judged while they still grow: that would open alarms that AWS would not.
   */
  dataArrived(time: number): void {
    const { statistic, comparisonOperator, period } = this.#alarm;
    const total = statistic === "Sum" || statistic === "SampleCount";
    if (total && comparisonOperator.startsWith("LessThan")) return;
    const end = this.#boundary() + this.#step;
    if (time < end - period * 1000 || time >= end) return;
    this.#evaluate(end, (value, newest) => {
      return value === "ALARM" && newest !== undefined && isBreaching(this.#alarm, newest.value);
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** Evaluations are a minute apart, and ten seconds for alarms of high resolution; in milliseconds. */
  get #step(): number {
    return this.#alarm.period < 60 ? 10_000 : 60_000;
  }

  #boundary(): number {
    return Math.floor(this.options.clock.now() / this.#step) * this.#step;
  }

  #schedule(due = this.#boundary() + this.#step): () => void {
    const { clock } = this.options;
    return clock.after(due - clock.now(), () => {
      // A timer may fire a little early; the period that it was set for has ended all the same.
      const end = Math.max(due, this.#boundary());
      this.#cancel = this.#schedule(end + this.#step);
      this.#evaluate(end, () => true);
    });
  }

  /** Evaluates the periods that end at `end`, and enters the state that they lead to if `accept` agrees. */
  #evaluate(end: number, accept: (value: StateValue, newest: Datapoint | undefined) => boolean): void {
    if (this.options.gate?.open === false) return;
    const alarm = this.#alarm;
    const range = this.#range(end);
    const outcome = evaluate(alarm, range);
    const { value } = outcome;
    if (value === undefined || value === this.#state.value || !accept(value, range[0])) return;
    const now = this.options.clock.now();
    this.#enter(stateOf({ alarm, outcome, value, now, newest: end - alarm.period * 1000 }));
  }

  /** Newest first. */
  #range(end: number): readonly (Datapoint | undefined)[] {
    const { metric, unit, statistic } = this.#alarm;
    const period = this.#alarm.period * 1000;
    const length = evaluationRange(this.#alarm);
    const from = end - length * period;
    const found = this.options.metrics.statistics(metric, { from, to: end, period }, unit);
    return Array.from({ length }, (_, index) => {
      const start = end - (index + 1) * period;
      const set = found
        .map(({ periods }) => periods.get(start))
        .reduce<StatisticSet | undefined>(
          (all, each) => (each ? mergeStatistics(all, each) : all),
          undefined,
        );
      return set && { start, value: statisticOf(set, statistic), sampleCount: set.sampleCount };
    });
  }

  #enter(state: AlarmState): void {
    const previous = this.#state;
    this.#state = state;
    if (state.value === previous.value) return;
    this.#transitioned = state.timestamp;
    this.options.changed(this.#alarm, state, previous);
  }
}
