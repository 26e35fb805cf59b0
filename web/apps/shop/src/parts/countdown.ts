/** How the time until a festival is told: calmly, and with the days that are tied into the ribbon. Pure; no text. */
import type { Day } from "../calendar/days.ts";
import { termOn } from "../calendar/solar.ts";

/** Which sentence goes with so many days: all the time in the world, early enough, soon, or the day itself. */
export function pace(left: number): "today" | "soon" | "early" | "calm" {
  if (left === 0) return "today";
  if (left <= 7) return "soon";
  return left <= 14 ? "early" : "calm";
}

/** A mark needs about a fifth of the ribbon for its words. */
const ROOM = 0.2;

/**
 * The solar terms strictly between two days that have room on the ribbon between its ends, the nearest first to be
 * kept; at most two.
 */
export function termsBetween(from: Day, to: Day): readonly { day: Day; term: number }[] {
  const span = to - from;
  const kept: { day: Day; term: number }[] = [];
  let last = 0;
  for (let day = from + 1; day < to && kept.length < 2; day += 1) {
    const at = (day - from) / span;
    const term = at - last >= ROOM && 1 - at >= ROOM ? termOn(day) : null;
    if (term !== null) {
      kept.push({ day, term });
      last = at;
    }
  }
  return kept;
}
