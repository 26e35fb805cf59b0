/**
 * The days on which gifts are given, each by the rule that fixes it; their dates are computed, never typed in.
 * A small table until a shop has its own calendar. Decides no text and promises no delivery.
 */

import { dayOf, noon, yearOf, type Day } from "./days.ts";
import { nextLunar } from "./lunar.ts";

export type Rule =
  | { readonly kind: "fixed"; readonly month: number; readonly day: number }
  | { readonly kind: "weekday"; readonly month: number; readonly weekday: number; readonly nth: number }
  | { readonly kind: "lunar"; readonly month: number; readonly day: number };

export interface Festival {
  /** Names the festival in the message catalogue and its picture. */
  readonly key: string;
  /** The word of the catalogue's vocabulary that gifts for it carry. */
  readonly occasion: string;
  /** The accent that it wears, one of the campaigns of `@liyu/ui`; `null`: the house's own. */
  readonly campaign: string | null;
  readonly rule: Rule;
}

export interface Coming {
  readonly festival: Festival;
  readonly day: Day;
  /** Whole days from today; 0 is today. */
  readonly left: number;
}

const fixed = (month: number, day: number): Rule => ({ kind: "fixed", month, day });
const weekday = (month: number, nth: number, day: number): Rule => ({ kind: "weekday", month, nth, weekday: day });
const lunar = (month: number, day: number): Rule => ({ kind: "lunar", month, day });
const SUNDAY = 0;

export const FESTIVALS: readonly Festival[] = [
  { key: "valentine", occasion: "valentine", campaign: "valentine", rule: fixed(2, 14) },
  { key: "mother", occasion: "mothers_day", campaign: "qixi", rule: weekday(5, 2, SUNDAY) },
  { key: "father", occasion: "fathers_day", campaign: "teachers", rule: weekday(6, 3, SUNDAY) },
  { key: "teachers", occasion: "teachers_day", campaign: "teachers", rule: fixed(9, 10) },
  { key: "christmas", occasion: "christmas", campaign: "christmas", rule: fixed(12, 25) },
  { key: "newyear", occasion: "spring_festival", campaign: "newyear", rule: lunar(1, 1) },
  { key: "dragonboat", occasion: "dragon_boat", campaign: "christmas", rule: lunar(5, 5) },
  { key: "qixi", occasion: "qixi", campaign: "qixi", rule: lunar(7, 7) },
  { key: "midautumn", occasion: "mid_autumn", campaign: "midautumn", rule: lunar(8, 15) },
];

function nthWeekday(year: number, month: number, nth: number, weekdayNumber: number): Day {
  const first = dayOf(year, month, 1);
  const shift = (weekdayNumber - noon(first).getUTCDay() + 7) % 7;
  return first + shift + (nth - 1) * 7;
}

/** The first day on or after `from` that the rule names. */
export function nextDay(rule: Rule, from: Day): Day {
  if (rule.kind === "lunar") return nextLunar(from, rule.month, rule.day);
  const inYear = (year: number): Day =>
    rule.kind === "fixed" ? dayOf(year, rule.month, rule.day) : nthWeekday(year, rule.month, rule.nth, rule.weekday);
  const year = yearOf(from);
  const now = inYear(year);
  return now >= from ? now : inYear(year + 1);
}

/** The festivals from `today` on, the nearest first. */
export function comingFestivals(today: Day): readonly Coming[] {
  const coming = FESTIVALS.map((festival): Coming => {
    const day = nextDay(festival.rule, today);
    return { festival, day, left: day - today };
  });
  return coming.sort((one, other) => one.day - other.day);
}
