/** Days without hours: what a shop's calendar counts in. A day is its number since 1970-01-01. */

export type Day = number;

const MS_PER_DAY = 86_400_000;

/** The day of `year`-`month`-`day` in the Gregorian calendar; `month` counts from 1. */
export function dayOf(year: number, month: number, day: number): Day {
  return Math.round(Date.UTC(year, month - 1, day) / MS_PER_DAY);
}

/** The day that it is at `instant` (ms) in `timeZone`. */
export function dayAt(instant: number, timeZone: string): Day {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric", day: "numeric" });
  const found = Object.fromEntries(parts.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
  return dayOf(found["year"] ?? 1970, found["month"] ?? 1, found["day"] ?? 1);
}

/** Noon of the day in UTC: safe to format in UTC. */
export function noon(day: Day): Date {
  return new Date((day + 0.5) * MS_PER_DAY);
}

export function yearOf(day: Day): number {
  return noon(day).getUTCFullYear();
}

/** The day in words, such as `12月24日` or `24 December`. */
export function dayText(day: Day, locale: string, withWeekday = false): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", month: locale.startsWith("zh") ? "long" : "short", day: "numeric" };
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, withWeekday ? { ...options, weekday: "short" } : options).format(noon(day));
}
