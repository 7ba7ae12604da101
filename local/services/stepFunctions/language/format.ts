import { intrinsicFailure } from "./intrinsicFunctions";

/**
 * `States.Format`: each `{}` of the template gives way to the next value.
 * @param template with its escapes: `\{`, `\}`, `\'` and `\\` stand for the character
 */
export function format(template: string, values: readonly unknown[]): string {
  let used = 0;
  const formatted = template.replace(/\\(.)|\{\}/gs, (_, escaped: string | undefined) =>
    escaped === undefined ? render(values[used++]) : escaped,
  );
  if (used !== values.length) {
    throw intrinsicFailure(`States.Format has ${used} placeholders for ${values.length} values`);
  }
  return formatted;
}

/** The text of a literal: a backslash before a quote, a brace or a backslash goes. */
export function unescapeText(raw: string): string {
  return raw.replace(/\\(['{}\\])/g, "$1");
}

/** As AWS prints a value: a text bare, a structure in the manner of Java's collections. */
function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}=${render(item)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}
