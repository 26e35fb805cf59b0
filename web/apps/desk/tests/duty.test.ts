/** What a desk tells about itself, and to whom a conversation can go. */
import { Problem, type Client } from "@liyu/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";

import { choicesOf, type OnDuty } from "../src/conversation/people.ts";
import { TELL_MS, useDuty, type DutyState } from "../src/duty/useDuty.ts";

/** A server that remembers one desk; `down`: it refuses. */
class FakeServer {
  state: DutyState = "busy";
  told: object[] = [];
  down = false;
  client = { api: { put: (_path: string, body: { state?: DutyState }) => this.put(body) } } as unknown as Client;

  private put(body: { state?: DutyState }): Promise<{ state: DutyState }> {
    this.told.push(body);
    if (this.down) return Promise.reject(new Problem(503, "database.unavailable", "慢", true));
    this.state = body.state ?? this.state;
    return Promise.resolve({ state: this.state });
  }
}

describe("the desk's state", () => {
  let scope: EffectScope;
  const failures: Problem[] = [];
  const server = (): FakeServer => new FakeServer();
  const begun = (of: FakeServer, serves = true) => scope.run(() => useDuty(of.client, serves, (problem) => failures.push(problem)))!;

  beforeEach(() => {
    vi.useFakeTimers();
    scope = effectScope();
    failures.length = 0;
  });
  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
  });

  it("is what the server remembers, and told every half minute until the page goes", async () => {
    const there = server();
    const duty = begun(there);
    await vi.advanceTimersByTimeAsync(0);
    expect(duty.state.value).toBe("busy");
    await vi.advanceTimersByTimeAsync(2 * TELL_MS);
    expect(there.told).toEqual([{}, {}, {}]);
    scope.stop();
    await vi.advanceTimersByTimeAsync(2 * TELL_MS);
    expect(there.told).toHaveLength(3);
  });

  it("changes at once, and back when it was not kept", async () => {
    const there = server();
    const duty = begun(there);
    await vi.advanceTimersByTimeAsync(0);
    await duty.choose("away");
    expect([duty.state.value, there.state]).toEqual(["away", "away"]);
    there.down = true;
    await duty.choose("free");
    expect([duty.state.value, there.state, failures[0]?.detail]).toEqual(["away", "away", "慢"]);
  });

  it("says nothing when a beat is lost, nor for whoever serves no shop", async () => {
    const there = server();
    there.down = true;
    const duty = begun(there);
    await vi.advanceTimersByTimeAsync(TELL_MS);
    expect([failures, duty.state.value]).toEqual([[], null]);
    const other = server();
    begun(other, false);
    await vi.advanceTimersByTimeAsync(TELL_MS);
    expect(other.told).toEqual([]);
  });
});

describe("handing over", () => {
  const on = (person: string, more: Partial<OnDuty> = {}): OnDuty => ({ person, name: person, avatar: null, roles: ["guide"], state: "free", online: true, at_hand: 0, capacity: 6, ...more });

  it("offers who has room first, then the busy, the away, the absent, and those of other shops", () => {
    const board = [on("absent", { online: false }), on("away", { state: "away" }), on("busy", { state: "busy" }), on("laden", { at_hand: 5 }), on("idle"), on("me")];
    const found = choicesOf([{ id: "sister", name: "sister" }, { id: "idle", name: "idle", avatar: "p" }], board, ["me", null]);
    expect(found.map(({ person }) => person.id)).toEqual(["idle", "laden", "busy", "away", "absent", "sister"]);
    expect(found[0]).toMatchObject({ person: { avatar: "p" }, duty: { at_hand: 0 } });
    expect(found.at(-1)?.duty).toBeNull();
  });
});
