/**
 * The Chinese calendar, by its rule (GB/T 33661-2017): months begin on the day of new moon in China, the month with the
 * winter solstice is the eleventh, and where thirteen months lie between two of those the first one without a major
 * solar term is the leap month. Pure; computes, and holds no table of years.
 */

import { dayOf, yearOf, type Day } from "./days.ts";
import { lunationAt, newMoon } from "./moon.ts";
import { CHINA, sunStep } from "./solar.ts";

export interface LunarDay {
  /** 1 to 12; of a leap month the number of the month before it. */
  readonly month: number;
  readonly leap: boolean;
  /** 1 to 30. */
  readonly day: number;
}

const AUTUMN_SIGNS = 8; // 240° to 270° are behind the sun when the winter solstice comes
const monthStart = (lunation: number): Day => Math.floor(newMoon(lunation) + CHINA);
const hasMajorTerm = (lunation: number): boolean => sunStep(monthStart(lunation), 30) !== sunStep(monthStart(lunation + 1), 30);

/** The lunation that holds `day`. */
function lunationOf(day: Day): number {
  let lunation = lunationAt(day - CHINA);
  while (monthStart(lunation + 1) <= day) lunation += 1;
  while (monthStart(lunation) > day) lunation -= 1;
  return lunation;
}

/** The lunation of the eleventh month, with the winter solstice of `year`. */
function eleventh(year: number): number {
  let solstice = dayOf(year, 12, 18);
  while (sunStep(solstice + 1, 30) <= AUTUMN_SIGNS) solstice += 1;
  return lunationOf(solstice);
}

/** The day in the Chinese calendar. */
export function lunarOf(day: Day): LunarDay {
  const lunation = lunationOf(day);
  const year = yearOf(day);
  const first = eleventh(year) <= lunation ? eleventh(year) : eleventh(year - 1);
  const last = eleventh(first === eleventh(year) ? year + 1 : year);
  const long = last - first === 13;
  let month = 11;
  let leap = false;
  let leapSeen = false;
  for (let at = first + 1; at <= lunation; at += 1) {
    leap = long && !leapSeen && !hasMajorTerm(at);
    leapSeen ||= leap;
    if (!leap) month = (month % 12) + 1;
  }
  return { month, leap, day: day - monthStart(lunation) + 1 };
}

/** The first day on or after `from` with this month and day in the Chinese calendar. */
export function nextLunar(from: Day, month: number, day: number): Day {
  for (let lunation = lunationOf(from); ; lunation += 1) {
    const start = monthStart(lunation);
    const lunar = lunarOf(start);
    if (!lunar.leap && lunar.month === month && start + day - 1 >= from) return start + day - 1;
  }
}
