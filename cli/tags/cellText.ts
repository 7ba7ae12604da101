/** What a cell says: a text, nothing, or why it cannot be used. */
export type CellText = { readonly text: string } | { readonly fault: string };

/** Spreadsheets keep fifteen digits of a number. */
const mostExact = 1e15;

/** Reads a cell. Blank ones are empty texts; what has several readings, such as a date, is none of them. */
export function cellText(cell: unknown): CellText {
  if (cell === undefined || cell === null) return { text: "" };
  if (typeof cell === "string") return { text: cell.trim() };
  if (typeof cell === "number") return numberText(cell);
  const kind = cell instanceof Date ? "a date" : typeof cell === "boolean" ? "true or false" : "no text";
  return { fault: `is ${kind}; write it as a text` };
}

function numberText(value: number): CellText {
  const text = String(value);
  if (Math.abs(value) < mostExact && !text.includes("e")) return { text };
  return { fault: `is the number ${text}, of which digits may be lost; write it as a text` };
}
