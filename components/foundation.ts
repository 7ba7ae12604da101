import type { StackParts } from "./monitoring/stackParts";
import type { StackKey } from "./stackKey";
import type { StackSettings } from "./stackSettings";

/** What every component of a stack builds on. */
export interface Foundation {
  readonly settings: StackSettings;
  /** The key with which everything that holds data is encrypted. */
  readonly key: StackKey;
  /** Where components put down what they make, for people to watch it. */
  readonly parts: StackParts;
}
