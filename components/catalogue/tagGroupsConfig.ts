/** How resources are tagged. */
export interface TagGroupsConfig {
  /** Whose resources, by the names of `taggableServices`. */
  readonly services: readonly string[];
  /** How often drift is looked for and mended, in minutes. */
  readonly everyMinutes: number;
  /** Whether chunks go through a queue, rather than being applied by who finds them. */
  readonly decoupled: boolean;
  /** How often the Resource Groups Tagging API is called at most. */
  readonly ratePerSecond: number;
  /** The key of the groups that processes name by their value. */
  readonly key: string;
}
