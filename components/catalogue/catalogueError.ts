/** One thing wrong in the catalogue. */
export interface CatalogueIssue {
  /** Where in the configuration, for example `processes.settlement.steps[1].handoff.deadline`. */
  readonly key: string;
  readonly value: unknown;
  readonly rule: string;
  readonly remedy: string;
}

/** The catalogue cannot work; says everything that is wrong with it at once. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";

  constructor(readonly issues: readonly CatalogueIssue[]) {
    super(`The catalogue cannot work:\n${issues.map(renderIssue).join("\n")}`);
  }
}

function renderIssue({ key, value, rule, remedy }: CatalogueIssue): string {
  const shown = value === undefined ? "nothing" : JSON.stringify(value);
  return `  jobrelay:${key} is ${shown}\n    rule: ${rule}\n    remedy: ${remedy}`;
}
