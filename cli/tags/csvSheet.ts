import { parse, type CsvError, type InfoRecord } from "csv-parse/sync";
import { TagFileError, type RowFault, type Sheet } from "./sheet";

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

/** Reads CSV as RFC 4180 has it, in UTF-8, with or without a byte order mark. @throws TagFileError */
export function csvSheet(content: Buffer): Sheet {
  const faults: RowFault[] = [];
  const parsed = parse(content, {
    bom: true,
    info: true,
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      faults.push(unreadable(error));
      return undefined;
    },
  }) as unknown as readonly ParsedRow[];
  const [header, ...rows] = parsed;
  if (!header) throw new TagFileError("The file is empty: it has no line with the names of its columns.");
  return {
    columns: header.record,
    rows: rows.map(({ record, info }) => ({ place: `line ${info.lines}`, cells: record })),
    faults,
  };
}

function unreadable(error: CsvError | undefined): RowFault {
  const line = error?.["lines"] as number | undefined;
  return { place: `line ${line ?? "?"}`, reason: error?.message ?? "it cannot be read" };
}
