/** When a shop has somebody behind the counter, as the server computed it, in the shop's own time. Pure; no text. */
import type { Shop } from "../api/api.ts";
import { dayAt, dayText } from "../calendar/days.ts";

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
