const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const durationRule = "a duration is a whole number above 0 and a unit: s, m, h or d";

/** Reads a duration such as `90s`, `30m`, `24h` or `7d`, in seconds; nothing if it is none. */
export function parseDuration(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^([1-9]\d{0,8})([smhd])$/.exec(text) : null;
  const [, count, unit] = match ?? [];
  const seconds = unit === undefined ? undefined : secondsPerUnit[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}
