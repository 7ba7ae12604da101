/** `Date` is in the form of HTTP; signing wants the basic form of ISO 8601. */
export function basicFormat(date: string | undefined): string | undefined {
  const time = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : toTimestamp(time);
}

/** `YYYYMMDD'T'HHMMSS'Z'` of milliseconds since the epoch. */
export function toTimestamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** Milliseconds since the epoch of `YYYYMMDD'T'HHMMSS'Z'`; NaN when it is not of that form. */
export function fromTimestamp(timestamp: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
