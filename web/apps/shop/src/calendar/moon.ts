/**
 * New moons, after J. Meeus, Astronomical Algorithms, chapter 49 (better than a minute for this century). The browser's
 * own Chinese calendar is not precise enough: it puts the Spring Festival of 2027, four minutes before midnight in
 * China, on the day after.
 */

const DEGREE = Math.PI / 180;
const UNIX_EPOCH = 2_440_587.5; // Julian day of 1970-01-01
const DYNAMICAL_DAYS = 70 / 86_400; // dynamical minus universal time, 2026 to 2036 within a few seconds

/** Amplitude in days, power of the eccentricity factor, and multiples of M, M' and F. */
const TERMS: readonly (readonly [number, number, number, number, number])[] = [
  [-0.4072, 0, 0, 1, 0], [0.17241, 1, 1, 0, 0], [0.01608, 0, 0, 2, 0], [0.01039, 0, 0, 0, 2], [0.00739, 1, -1, 1, 0],
  [-0.00514, 1, 1, 1, 0], [0.00208, 2, 2, 0, 0], [-0.00111, 0, 0, 1, -2], [-0.00057, 0, 0, 1, 2], [0.00056, 1, 1, 2, 0],
  [-0.00042, 0, 0, 3, 0], [0.00042, 1, 1, 0, 2], [0.00038, 1, 1, 0, -2], [-0.00024, 1, -1, 2, 0], [-0.00007, 0, 2, 1, 0],
  [0.00004, 0, 0, 2, -2], [0.00004, 0, 3, 0, 0], [0.00003, 0, 1, 1, -2], [0.00003, 0, 0, 2, 2], [-0.00003, 0, 1, 1, 2],
  [0.00003, 0, -1, 1, 2], [-0.00002, 0, -1, 1, -2], [-0.00002, 0, 1, 3, 0], [0.00002, 0, 0, 4, 0],
];

/** Amplitude in days, and phase and speed per lunation in degrees. */
const PLANETS: readonly (readonly [number, number, number])[] = [
  [0.000325, 299.77, 0.107408], [0.000165, 251.88, 0.016321], [0.000164, 251.83, 26.651886], [0.000126, 349.42, 36.412478],
  [0.00011, 84.66, 18.206239], [0.000062, 141.74, 53.303771], [0.00006, 207.14, 2.453732], [0.000056, 154.84, 7.30686],
  [0.000047, 34.52, 27.261239], [0.000042, 207.19, 0.121824], [0.00004, 291.34, 1.844379], [0.000037, 161.72, 24.198154],
  [0.000035, 239.56, 25.513099], [0.000023, 331.55, 3.592518],
];

/** The instant of new moon number `k` (0: 2000-01-06), in days with fraction since 1970 UTC. */
export function newMoon(k: number): number {
  const t = k / 1236.85;
  const eccentricity = 1 - 0.002516 * t - 0.0000074 * t ** 2;
  const sun = (2.5534 + 29.1053567 * k - 0.0000014 * t ** 2) * DEGREE;
  const moon = (201.5643 + 385.81693528 * k + 0.0107582 * t ** 2) * DEGREE;
  const latitude = (160.7108 + 390.67050284 * k - 0.0016118 * t ** 2) * DEGREE;
  const node = (124.7746 - 1.56375588 * k + 0.0020672 * t ** 2) * DEGREE;
  let julian = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t ** 2 - 0.00017 * Math.sin(node);
  for (const [amplitude, power, m, n, f] of TERMS) {
    julian += amplitude * eccentricity ** power * Math.sin(m * sun + n * moon + f * latitude);
  }
  for (const [amplitude, phase, speed] of PLANETS) julian += amplitude * Math.sin((phase + speed * k) * DEGREE);
  return julian - DYNAMICAL_DAYS - UNIX_EPOCH;
}

/** The number of the last new moon at or before `at`, in days with fraction since 1970 UTC. */
export function lunationAt(at: number): number {
  let k = Math.floor((at - 10_962.76) / 29.530588861);
  while (newMoon(k + 1) <= at) k += 1;
  while (newMoon(k) > at) k -= 1;
  return k;
}
