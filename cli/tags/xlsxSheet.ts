import { TagFileError, type Sheet } from "./sheet";

/** Reads the first sheet of a workbook of Excel. @throws TagFileError */
export async function xlsxSheet(content: Buffer): Promise<Sheet> {
  const [columns, ...rows] = await readRows(content);
  if (!columns)
    throw new TagFileError("The first sheet is empty: it has no row with the names of its columns.");
  return {
    columns,
    rows: rows.map((cells, index) => ({ place: `line ${index + 2}`, cells })),
    faults: [],
  };
}

async function readRows(content: Buffer): Promise<readonly (readonly unknown[])[]> {
  const { readSheet } = await import("read-excel-file/node");
  try {
    return await readSheet(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TagFileError(`The file is no workbook of Excel (.xlsx): ${reason}`, { cause: error });
  }
}
