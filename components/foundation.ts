import type { StackKey } from "./stackKey";
import type { StackSettings } from "./stackSettings";

/** What every component of a stack builds on. */
export interface Foundation {
  readonly settings: StackSettings;
  /** The key with which everything that holds data is encrypted. */
  readonly key: StackKey;
}
