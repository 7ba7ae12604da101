/** The account and region that the local cloud plays. */
export interface Account {
  /** Twelve digits; the emulators that the local cloud builds on know only this one. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: "aws";
}

export const localAccountId = "000000000000";
