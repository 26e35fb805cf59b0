/** When a shop has somebody behind the counter, as the server computed it, in the shop's own time. Pure; no text. */
import type { Shop } from "../api/api.ts";
import { dayAt, dayText, noon, type Day } from "../calendar/days.ts";

export interface Opening {
  /** `until`: open, closes at `time`; `always`: open without an end; `today`, `tomorrow`, `later`: opens then. */
  readonly tag: "until" | "always" | "today" | "tomorrow" | "later" | "closed";
  readonly time: string;
  readonly day: string;
}

type Hours = Pick<Shop, "open_now" | "opens_at" | "closes_at" | "time_zone">;

function clock(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

export function openingOf(shop: Hours, now: number, locale: string): Opening {
  const zone = shop.time_zone;
  if (shop.open_now) {
    return shop.closes_at === null ? { tag: "always", time: "", day: "" } : { tag: "until", time: clock(shop.closes_at, zone), day: "" };
  }
  if (shop.opens_at === null) return { tag: "closed", time: "", day: "" };
  const day = dayAt(shop.opens_at, zone);
  const away = day - dayAt(now, zone);
  const tag = away <= 0 ? "today" : away === 1 ? "tomorrow" : "later";
  return { tag, time: clock(shop.opens_at, zone), day: dayText(day, locale, true) };
}

const WEEK = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** The last day from `from` to `to` on which the shop opens at all, by its week and its holidays; `null`: none. */
export function lastOpenDay(shop: Pick<Shop, "hours" | "holidays">, from: Day, to: Day): Day | null {
  for (let day = to; day >= from; day -= 1) {
    const date = noon(day).toISOString().slice(0, 10);
    const holiday = shop.holidays.find((one) => one.date === date);
    const spans = holiday ? holiday.spans : (shop.hours[WEEK[noon(day).getUTCDay()] ?? "sun"] ?? []);
    if (spans.length > 0) return day;
  }
  return null;
}
