import type { Glyph } from "./patterns";

/** The six parts of an ARN; the last keeps its colons. Undefined where there are fewer. */
export function arnParts(arn: string): readonly string[] | undefined {
  const parts = arn.split(":");
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** The same for a pattern, whose variables have their values. */
export function arnGlyphParts(glyphs: readonly Glyph[]): readonly (readonly Glyph[])[] | undefined {
  const parts: Glyph[][] = [[]];
  for (const glyph of glyphs) {
    if (glyph === ":" && parts.length < 6) parts.push([]);
    else parts[parts.length - 1]?.push(glyph);
  }
  return parts.length === 6 ? parts : undefined;
}

/** The twelve digits; empty for ARNs without an account, such as a bucket's. */
export function arnAccount(arn: string): string {
  const parts = arn.split(":", 6);
  return parts.length < 6 ? "" : (parts[4] ?? "");
}
