/**
 * The life of one connection as pure decisions: `step(state, input, random) → [state, effects]`.
 *
 * Decides when to open, greet, ping, give up and come back. Holds no socket, no timer and no clock: the shell in
 * `connection.ts` runs the effects. It must not look into conversation frames.
 */

import type { DrainFrame, ServerFrame, WelcomeFrame } from "../wire.ts";
import { fullJitterMs } from "./backoff.ts";
import { returnAfter } from "./closing.ts";

export type LinkState =
  | { tag: "idle" }
  | { tag: "opening"; attempt: number }
  | { tag: "greeting"; attempt: number }
  | { tag: "live"; attempt: number; welcome: WelcomeFrame; pinged: boolean; comeBackMs: number | null }
  | { tag: "waiting"; attempt: number; waitMs: number; code: number }
  | { tag: "refused"; code: number };

export type TimerName = "open" | "hello" | "ping" | "pong" | "settled" | "retry" | "drain";

export type Input =
  | { tag: "start" }
  | { tag: "stop" }
  | { tag: "opened" }
  | { tag: "closed"; code: number }
  | { tag: "frame"; frame: ServerFrame }
  | { tag: "timer"; name: TimerName }
  /** The network says that it is back, or the person asks to try now. */
  | { tag: "nudge" }
  /** The network says that it is gone; believed only after an unanswered ping, for it may be wrong on loopback. */
  | { tag: "doubt" };

export type Effect =
  | { tag: "open" }
  | { tag: "hello" }
  | { tag: "ping" }
  | { tag: "pong" }
  | { tag: "close"; code: number }
  | { tag: "set"; name: TimerName; ms: number }
  | { tag: "clear"; name: TimerName }
  | { tag: "deliver"; frame: ServerFrame };

export const OPEN_TIMEOUT_MS = 10_000;
export const HELLO_TIMEOUT_MS = 10_000;
export const PONG_TIMEOUT_MS = 8_000;
export const DOUBT_TIMEOUT_MS = 1_500;
/** A connection that lasted this long was a success: the next failure starts from the smallest wait again. */
export const SETTLED_MS = 5_000;

/** Closed by the client because nothing answered: the same meaning as the server's own code. */
const HALF_OPEN = 4502;
const NORMAL = 1000;
const TIMERS: TimerName[] = ["open", "hello", "ping", "pong", "settled", "retry", "drain"];

type Step = [LinkState, Effect[]];

export function step(state: LinkState, input: Input, random: number): Step {
  switch (input.tag) {
    case "start":
      return state.tag === "idle" || state.tag === "refused" ? opening(0) : [state, []];
    case "stop":
      return [{ tag: "idle" }, [...clearAll(), ...(isOpen(state) ? [close(NORMAL)] : [])]];
    case "nudge":
      return state.tag === "waiting" ? opening(state.attempt) : [state, []];
    case "doubt":
      return state.tag === "live" ? [{ ...state, pinged: true }, [{ tag: "ping" }, set("pong", DOUBT_TIMEOUT_MS)]] : [state, []];
    case "opened":
      return state.tag === "opening"
        ? [{ tag: "greeting", attempt: state.attempt }, [clear("open"), { tag: "hello" }, set("hello", HELLO_TIMEOUT_MS)]]
        : [state, []];
    case "closed":
      return isOpen(state) ? closed(state, input.code, random) : [state, []];
    case "timer":
      return timer(state, input.name, random);
    case "frame":
      return frame(state, input.frame, random);
  }
}

export function isOpen(state: LinkState): state is Extract<LinkState, { tag: "opening" | "greeting" | "live" }> {
  return state.tag === "opening" || state.tag === "greeting" || state.tag === "live";
}

function opening(attempt: number): Step {
  return [{ tag: "opening", attempt }, [clear("retry"), { tag: "open" }, set("open", OPEN_TIMEOUT_MS)]];
}

function closed(state: Extract<LinkState, { attempt: number }>, code: number, random: number): Step {
  const cleared = clearAll();
  const back = returnAfter(code);
  if (back === "never") return [{ tag: "refused", code }, cleared];
  if (state.tag === "live" && state.comeBackMs !== null) return waiting(state.attempt, state.comeBackMs, code, cleared);
  // "At once" holds for a first failure only; a server that keeps saying it must not be hammered.
  const waitMs = back === "now" && state.attempt === 0 ? 0 : fullJitterMs(state.attempt, random);
  return waiting(state.attempt + 1, waitMs, code, cleared);
}

function waiting(attempt: number, waitMs: number, code: number, before: Effect[]): Step {
  return [{ tag: "waiting", attempt, waitMs, code }, [...before, set("retry", waitMs)]];
}

function timer(state: LinkState, name: TimerName, random: number): Step {
  if (name === "retry") return state.tag === "waiting" ? opening(state.attempt) : [state, []];
  if (!isOpen(state)) return [state, []];
  if (name === "open" || name === "hello" || name === "pong") return abandon(state, HALF_OPEN, random);
  if (state.tag !== "live") return [state, []];
  if (name === "settled") return [{ ...state, attempt: 0 }, []];
  if (name === "drain") {
    const [, effects] = opening(0);
    return [{ tag: "opening", attempt: 0 }, [...clearAll(), close(NORMAL), ...effects]];
  }
  const again = set("ping", state.welcome.limits.ping_interval_ms);
  if (state.pinged) return [state, [again]];
  return [{ ...state, pinged: true }, [{ tag: "ping" }, set("pong", PONG_TIMEOUT_MS), again]];
}

/** Closes a silent socket and goes on without waiting for the other side, which may never answer. */
function abandon(state: Extract<LinkState, { attempt: number }>, code: number, random: number): Step {
  const [next, effects] = closed(state, code, random);
  return [next, [close(NORMAL), ...effects]];
}

function frame(state: LinkState, received: ServerFrame, random: number): Step {
  if (state.tag === "greeting") {
    return received.t === "welcome" ? welcomed(state.attempt, received) : [state, [{ tag: "deliver", frame: received }]];
  }
  if (state.tag !== "live") return [state, []];
  const alive: Step = [{ ...state, pinged: false }, [clear("pong"), { tag: "deliver", frame: received }]];
  if (received.t === "ping") return [alive[0], [...alive[1], { tag: "pong" }]];
  if (received.t === "drain") return draining(state, received, random);
  return alive;
}

function welcomed(attempt: number, welcome: WelcomeFrame): Step {
  const state: LinkState = { tag: "live", attempt, welcome, pinged: false, comeBackMs: null };
  const timers = [clear("hello"), set("ping", welcome.limits.ping_interval_ms), set("settled", SETTLED_MS)];
  return [state, [...timers, { tag: "deliver", frame: welcome }]];
}

function draining(state: Extract<LinkState, { tag: "live" }>, drain: DrainFrame, random: number): Step {
  const comeBackMs = Math.floor(random * drain.retry_ms);
  return [{ ...state, comeBackMs }, [set("drain", comeBackMs), { tag: "deliver", frame: drain }]];
}

const set = (name: TimerName, ms: number): Effect => ({ tag: "set", name, ms });
const clear = (name: TimerName): Effect => ({ tag: "clear", name });
const close = (code: number): Effect => ({ tag: "close", code });
const clearAll = (): Effect[] => TIMERS.map(clear);
