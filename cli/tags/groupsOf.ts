import { groupName, type TagGroup } from "../../functions/lib/tags/tagGroup";
import { groupFault } from "../../functions/lib/tags/tagRules";
import { cellText } from "./cellText";
import { TagFileError, type RowFault, type Sheet, type SheetRow } from "./sheet";

/** The groups of a file, and the rows that cannot be used. */
export interface ReadGroups {
  readonly groups: readonly TagGroup[];
  readonly faults: readonly RowFault[];
}

const keyColumn = "GroupKey";
const valueColumn = "GroupValue";

/**
 * Reads the groups of a sheet: `GroupKey`, `GroupValue` and any number of tag columns, of which blank cells are no tags.
 * @throws TagFileError when a column is missing or is there twice
 */
export function groupsOf({ columns, rows, faults }: Sheet): ReadGroups {
  const names = columns.map(columnName);
  checkColumns(names);
  const groups: TagGroup[] = [];
  const places = new Map<string, string>();
  const unusable = [...faults];
  for (const row of rows) {
    if (row.cells.every(isBlank)) continue;
    const read = readRow(names, row);
    const fault = "fault" in read ? read.fault : (repeated(read, places) ?? groupFault(read));
    if (fault !== undefined) {
      unusable.push({ place: row.place, reason: fault });
    } else if (!("fault" in read)) {
      places.set(groupName(read), row.place);
      groups.push(read);
    }
  }
  return { groups, faults: unusable };
}

function columnName(column: unknown): string {
  const read = cellText(column);
  if ("text" in read) return read.text;
  throw new TagFileError(`The name of a column ${read.fault}.`);
}

function checkColumns(names: readonly string[]): void {
  const shown = names.filter((name) => name !== "").join(", ") || "none";
  for (const required of [keyColumn, valueColumn]) {
    if (names.includes(required)) continue;
    throw new TagFileError(`The column ${required} is missing; there are: ${shown}.`);
  }
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) < index);
  if (twice !== undefined) throw new TagFileError(`The column ${twice} is there twice.`);
}

function readRow(names: readonly string[], { cells }: SheetRow): TagGroup | { readonly fault: string } {
  const texts = new Map<string, string>();
  for (const [index, cell] of cells.entries()) {
    if (isBlank(cell)) continue;
    const name = names[index] ?? "";
    const read = cellText(cell);
    if (name === "") return { fault: `Cell ${index + 1} belongs to no column with a name.` };
    if ("fault" in read) return { fault: `${name} ${read.fault}.` };
    texts.set(name, read.text);
  }
  const groupKey = texts.get(keyColumn);
  const groupValue = texts.get(valueColumn);
  if (groupKey === undefined) return { fault: `${keyColumn} is blank.` };
  if (groupValue === undefined) return { fault: `${valueColumn} is blank.` };
  const tags = [...texts].filter(([name]) => name !== keyColumn && name !== valueColumn);
  return { groupKey, groupValue, tags: Object.fromEntries(tags) };
}

function repeated(group: TagGroup, places: ReadonlyMap<string, string>): string | undefined {
  const name = groupName(group);
  const place = places.get(name);
  return place === undefined ? undefined : `${name} is in ${place} already.`;
}

function isBlank(cell: unknown): boolean {
  const read = cellText(cell);
  return "text" in read && read.text === "";
}
