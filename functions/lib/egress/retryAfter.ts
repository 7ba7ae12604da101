/**
 * How long a Retry-After asks to wait, in seconds; nothing if it says nothing that can be understood.
 * @param now in milliseconds
 * Source: RFC 9110, section 10.2.3
 */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return undefined;
  // The oldest of the three forms of a date has no zone; all are GMT.
  const date = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
