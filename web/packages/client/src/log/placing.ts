/** Where an `events` frame stands relative to what is known. Pure; the store in `log.ts` acts on it. */

import type { EventsFrame } from "../wire.ts";

export type Place = "next" | "known" | "gap" | "foreign";

/**
 * `next`: follows the head without a hole (what it repeats is passed over). `known`: nothing in it is new.
 * `gap`: something between is missing; ask from the head. `foreign`: of another epoch, the snapshot no longer holds.
 */
export function place(head: { epoch: number; seq: number }, frame: Pick<EventsFrame, "epoch" | "from" | "to">): Place {
  if (frame.epoch !== head.epoch) return "foreign";
  if (frame.to <= head.seq) return "known";
  return frame.from <= head.seq + 1 ? "next" : "gap";
}
