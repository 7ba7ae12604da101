/** A row of a file, as its form has it: texts, numbers and whatever else. */
export interface SheetRow {
  /** By which people find it, for example `line 4`. */
  readonly place: string;
  readonly cells: readonly unknown[];
}

/** A file of tag groups as a table. */
export interface Sheet {
  readonly columns: readonly unknown[];
  readonly rows: readonly SheetRow[];
  /** Rows that cannot even be read. */
  readonly faults: readonly RowFault[];
}

/** A row that cannot be used, and why. */
export interface RowFault {
  readonly place: string;
  readonly reason: string;
}

/** A file cannot be used at all. */
export class TagFileError extends Error {
  override readonly name = "TagFileError";
}
