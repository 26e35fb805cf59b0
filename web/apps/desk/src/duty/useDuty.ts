/**
 * What this guide's desk takes on, and that it is open: told to the server every half minute, which remembers it.
 *
 * Every open page of the desk tells it; the server sees one desk. Draws nothing.
 */
import { asProblem, type Client, type Problem } from "@liyu/client";
import type { components } from "@liyu/protocol";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

export type DutyState = components["schemas"]["DeskOut"]["state"];

export const STATES: readonly DutyState[] = ["free", "busy", "away"];

/** A third of the time after which the server takes a silent desk for closed. */
export const TELL_MS = 30_000;

export interface Duty {
  /** `null` until the server has said it, and for whoever serves no shop. */
  state: Readonly<ShallowRef<DutyState | null>>;
  choose(state: DutyState): Promise<void>;
}

/** `serves`: this person serves a shop at all. `failed`: a choice was not kept; a lost beat is only repeated. */
export function useDuty(client: Client, serves: boolean, failed: (problem: Problem) => void): Duty {
  const state = shallowRef<DutyState | null>(null);
  let turn = 0;
  let choosing = 0;

  async function tell(wanted: DutyState | null): Promise<void> {
    const mine = ++turn;
    const answer = await client.api.put<{ state: DutyState }>("/desk", wanted === null ? {} : { state: wanted });
    if (turn === mine) state.value = answer.state; // an answer from before a later choice is old
  }

  async function choose(wanted: DutyState): Promise<void> {
    const before = state.value;
    state.value = wanted;
    choosing += 1;
    try {
      await tell(wanted);
    } catch (error) {
      if (state.value === wanted) state.value = before;
      failed(asProblem(error));
    } finally {
      choosing -= 1;
    }
  }

  const beat = (): void => {
    if (choosing === 0) void tell(null).catch(() => undefined); // a choice says as well that the desk is open
  };
  if (serves) {
    beat();
    const timer = setInterval(beat, TELL_MS);
    // A page that slept tells it at once when it is looked at again.
    const woken = (): void => void (document.visibilityState === "visible" && beat());
    document.addEventListener("visibilitychange", woken);
    onScopeDispose(() => {
      turn += 1;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", woken);
    });
  }
  return { state, choose };
}
