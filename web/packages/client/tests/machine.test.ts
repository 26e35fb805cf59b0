/** The life of a connection as literal values. Rule numbers are those of docs/protocol.md. */
import { describe, expect, it } from "vitest";

import { fullJitterMs } from "../src/connection/backoff.ts";
import { returnAfter } from "../src/connection/closing.ts";
import { type Effect, type Input, type LinkState, step } from "../src/connection/machine.ts";
import type { WelcomeFrame } from "../src/wire.ts";

const WELCOME: WelcomeFrame = {
  t: "welcome",
  proto: 1,
  session: "s",
  person: "per_a",
  now: 5,
  limits: { frame_bytes: 1, sends_per_minute: 1, subscriptions: 1, ping_interval_ms: 25_000 },
};

function run(state: LinkState, inputs: Input[], random = 0.5): [LinkState, Effect[]] {
  const all: Effect[] = [];
  for (const input of inputs) {
    const [next, effects] = step(state, input, random);
    state = next;
    all.push(...effects);
  }
  return [state, all];
}

const live = (): LinkState => run({ tag: "idle" }, [{ tag: "start" }, { tag: "opened" }, { tag: "frame", frame: WELCOME }])[0];
const did = (effects: Effect[], tag: Effect["tag"]): Effect[] => effects.filter((effect) => effect.tag === tag);

describe("opening", () => {
  it("says hello when the socket opens and is live after welcome", () => {
    const [state, effects] = run({ tag: "idle" }, [{ tag: "start" }, { tag: "opened" }, { tag: "frame", frame: WELCOME }]);
    expect(state.tag).toBe("live");
    expect(effects.map((effect) => effect.tag).filter((tag) => tag !== "set" && tag !== "clear")).toEqual(["open", "hello", "deliver"]);
  });

  it("gives up a socket that never opens or never greets", () => {
    for (const name of ["open", "hello"] as const) {
      const before = run({ tag: "idle" }, name === "open" ? [{ tag: "start" }] : [{ tag: "start" }, { tag: "opened" }])[0];
      const [state, effects] = run(before, [{ tag: "timer", name }]);
      expect(state.tag).toBe("waiting");
      expect(did(effects, "close")).toHaveLength(1);
    }
  });
});

describe("coming back", () => {
  it("knows the ranges of close codes", () => {
    expect([4401, 4499].map(returnAfter)).toEqual(["never", "never"]);
    expect([4501, 4502].map(returnAfter)).toEqual(["now", "now"]);
    expect([4601, 4604, 1006, 1001].map(returnAfter)).toEqual(["later", "later", "later", "later"]);
  });

  it("never returns after 44xx, until it is started anew", () => {
    const [state, effects] = run(live(), [{ tag: "closed", code: 4402 }]);
    expect(state).toEqual({ tag: "refused", code: 4402 });
    expect(did(effects, "set")).toEqual([]);
    expect(run(state, [{ tag: "nudge" }])[0].tag).toBe("refused");
    expect(run(state, [{ tag: "start" }])[0].tag).toBe("opening");
  });

  it("returns at once after 45xx, but not again and again", () => {
    const [first] = run(live(), [{ tag: "closed", code: 4502 }]);
    expect(first).toMatchObject({ tag: "waiting", waitMs: 0 });
    const [second] = run(first, [{ tag: "timer", name: "retry" }, { tag: "closed", code: 4502 }], 0.99);
    expect((second as { waitMs: number }).waitMs).toBeGreaterThan(0);
  });

  it("waits a random part of a growing, bounded time", () => {
    expect(fullJitterMs(0, 0)).toBe(0);
    expect(fullJitterMs(3, 0.5)).toBe(2_000);
    expect(fullJitterMs(30, 0.999_999)).toBeLessThan(20_000);
    let state = live();
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      [state] = run(state, [{ tag: "closed", code: 1006 }], 0.999);
      waits.push((state as { waitMs: number }).waitMs);
      [state] = run(state, [{ tag: "timer", name: "retry" }]);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeLessThan(20_000);
  });

  it("starts from the smallest wait again only after a connection that lasted", () => {
    const tired: LinkState = { tag: "opening", attempt: 6 };
    const greeted = run(tired, [{ tag: "opened" }, { tag: "frame", frame: WELCOME }])[0];
    expect(run(greeted, [{ tag: "closed", code: 1006 }])[0]).toMatchObject({ attempt: 7 });
    expect(run(greeted, [{ tag: "timer", name: "settled" }, { tag: "closed", code: 1006 }])[0]).toMatchObject({ attempt: 1 });
  });

  it("tries at once when the network is back", () => {
    const waiting = run(live(), [{ tag: "closed", code: 1006 }])[0];
    expect(run(waiting, [{ tag: "nudge" }])[0].tag).toBe("opening");
  });

  it("comes back from a drain within the time that the server gave, wherever the socket ends first", () => {
    const drain: Input = { tag: "frame", frame: { t: "drain", retry_ms: 10_000 } };
    const [told, effects] = run(live(), [drain], 0.25);
    expect(did(effects, "set")).toContainEqual({ tag: "set", name: "drain", ms: 2_500 });
    expect(run(told, [{ tag: "closed", code: 4601 }])[0]).toMatchObject({ tag: "waiting", waitMs: 2_500 });
    const [moved, moving] = run(told, [{ tag: "timer", name: "drain" }]);
    expect(moved.tag).toBe("opening");
    expect(did(moving, "close")).toHaveLength(1);
  });
});

describe("a silent link", () => {
  it("is found within one ping and its deadline", () => {
    const [pinged, effects] = run(live(), [{ tag: "timer", name: "ping" }]);
    expect(did(effects, "ping")).toHaveLength(1);
    expect(run(pinged, [{ tag: "timer", name: "pong" }])[0].tag).toBe("waiting");
  });

  it("is alive when anything is heard", () => {
    const [heard, effects] = run(live(), [{ tag: "timer", name: "ping" }, { tag: "frame", frame: { t: "pong", heads: {} } }]);
    expect(did(effects, "clear")).toContainEqual({ tag: "clear", name: "pong" });
    expect(heard).toMatchObject({ tag: "live", pinged: false });
  });

  it("answers the server's ping", () => {
    const [, effects] = run(live(), [{ tag: "frame", frame: { t: "ping", heads: {} } }]);
    expect(did(effects, "pong")).toHaveLength(1);
  });

  it("is doubted, not dropped, when the browser says that the network is gone", () => {
    const [state, effects] = run(live(), [{ tag: "doubt" }]);
    expect(state.tag).toBe("live");
    expect(did(effects, "ping")).toHaveLength(1);
  });
});
