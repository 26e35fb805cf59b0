/**
 * The twenty-four solar terms: the days on which the sun reaches a multiple of 15° of ecliptic longitude, counted in
 * China's time. Low-precision formula of J. Meeus, Astronomical Algorithms, chapter 25 (better than 0.01°, a quarter
 * of an hour); `tests/calendar.test.ts` holds it to published days.
 */

import type { Day } from "./days.ts";

const DEGREE = Math.PI / 180;
const J2000 = 10_957.5; // noon of 2000-01-01, in days since 1970

/** China's time ahead of UTC, in days: the Chinese calendar's day begins at its midnight. */
export const CHINA = 8 / 24;

/** The sun's apparent longitude in degrees, 0 to 360, at `at` days (with fraction) since 1970 UTC. */
export function sunLongitude(at: number): number {
  const century = (at - J2000) / 36_525;
  const mean = 280.46646 + 36_000.76983 * century + 0.0003032 * century ** 2;
  const anomaly = (357.52911 + 35_999.05029 * century - 0.0001537 * century ** 2) * DEGREE;
  const centre =
    (1.914602 - 0.004817 * century) * Math.sin(anomaly) +
    (0.019993 - 0.000101 * century) * Math.sin(2 * anomaly) +
    0.000289 * Math.sin(3 * anomaly);
  const node = (125.04 - 1934.136 * century) * DEGREE;
  const apparent = mean + centre - 0.00569 - 0.00478 * Math.sin(node);
  return ((apparent % 360) + 360) % 360;
}

/** How many times `step` degrees the sun has passed when `day` begins in China. */
export function sunStep(day: Day, step: number): number {
  return Math.floor(sunLongitude(day - CHINA) / step);
}

/** The term that begins on `day` in China, 0 (spring equinox) to 23; `null` on an ordinary day. */
export function termOn(day: Day): number | null {
  const begin = sunStep(day, 15);
  const end = sunStep(day + 1, 15);
  return begin === end ? null : end;
}
