/**
 * How long to wait before the next attempt: full jitter, so that clients that fell together do not come back together.
 *
 * A uniform draw from [0, min(cap, base · 2^attempt)] spreads a herd best for the same mean wait
 * (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 */

export const BASE_MS = 500;
export const CAP_MS = 20_000;

/** `attempt` counts failures so far, from 0; `random` is in [0, 1). */
export function fullJitterMs(attempt: number, random: number, baseMs = BASE_MS, capMs = CAP_MS): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16));
  return Math.floor(random * ceiling);
}
