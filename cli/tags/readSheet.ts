import { readFileSync } from "node:fs";
import * as path from "node:path";
import { csvSheet } from "./csvSheet";
import { jsonSheet } from "./jsonSheet";
import { TagFileError, type Sheet } from "./sheet";
import { xlsxSheet } from "./xlsxSheet";

const readers: Readonly<Record<string, (content: Buffer) => Promise<Sheet> | Sheet>> = {
  ".csv": csvSheet,
  ".json": jsonSheet,
  ".xlsx": xlsxSheet,
};

/** Reads a file of tag groups, by its ending. @throws TagFileError */
export async function readSheet(file: string): Promise<Sheet> {
  const ending = path.extname(file).toLowerCase();
  const reader = Object.hasOwn(readers, ending) ? readers[ending] : undefined;
  if (!reader) {
    const known = Object.keys(readers).join(", ");
    throw new TagFileError(`${file} has the ending "${ending}"; tag groups are read from ${known}.`);
  }
  return reader(contentOf(file));
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TagFileError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
