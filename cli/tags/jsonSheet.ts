import { isRecord } from "../deadletters/json";
import { TagFileError, type RowFault, type Sheet, type SheetRow } from "./sheet";

/** Reads an array of objects, whose members are the columns. @throws TagFileError */
export function jsonSheet(content: Buffer): Sheet {
  const entries = parse(content.toString("utf8").replace(/^\uFEFF/, ""));
  if (!Array.isArray(entries)) {
    throw new TagFileError('The file is no array of objects, such as [{ "GroupKey": …, "GroupValue": … }].');
  }
  const columns = [...new Set(entries.filter(isRecord).flatMap((entry) => Object.keys(entry)))];
  const faults: RowFault[] = [];
  const rows: SheetRow[] = [];
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    const place = `entry ${index + 1}`;
    if (isRecord(entry)) rows.push({ place, cells: columns.map((column) => entry[column]) });
    else faults.push({ place, reason: "It is no object." });
  }
  return { columns, rows, faults };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TagFileError(`The file is no JSON: ${error.message}`, { cause: error });
  }
}
