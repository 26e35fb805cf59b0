/** Words from numbers: times, durations, sizes. The sentences around them come from the catalogue. */

export function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.floor((at - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

export function clockTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

/** A date as a reader says it: without the year while it is this year. */
export function dateWords(at: number, now: number, locale: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    ...(sameYear ? {} : { year: "numeric" }),
    month: locale.startsWith("zh") ? "long" : "short",
    day: "numeric",
    weekday: "short",
  }).format(at);
}

/** `7″`, `1′05″`: the length of a voice note. */
export function lengthWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}″`;
  return `${Math.floor(seconds / 60)}′${String(seconds % 60).padStart(2, "0")}″`;
}

/** A file's size with one decimal where it helps. Decimal units, as file managers show them. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 1000 && unit < units.length - 1);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Tells visitors without a name apart: the last four signs of their id, which stay the same. */
export function visitorCode(id: string | null | undefined): string {
  return (id ?? "").slice(-4).toUpperCase();
}
