/** What a customer who waits is told: only what is known, only while nobody has answered. */
import type { Client, Snapshot } from "@liyu/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, shallowRef, type EffectScope } from "vue";

import { spanOf, unansweredSince, useWait, waitLineOf, type Wait } from "../src/state/wait.ts";

const ME = "per_me";
const ROLES = { [ME]: "customer", per_guide: "guide", per_friend: "friend" };

function snapshot(...said: [actor: string, kind?: string, vis?: string][]): Snapshot {
  return {
    members: Object.entries(ROLES).map(([id, role]) => ({ person: { id, name: id, role } })),
    messages: said.map(([actor, kind = "text", vis = "all"], at) => ({ seq: at + 1, kind, actor, cid: `c${at}`, at, body: {}, vis })),
    assignee: null,
  } as unknown as Snapshot;
}

describe("who waits", () => {
  it("is a customer whose words nobody of the shop has answered", () => {
    expect(unansweredSince(null, ME)).toBeNull();
    expect(unansweredSince(snapshot(), ME)).toBeNull();
    expect(unansweredSince(snapshot([ME], [ME]), ME)).toBe(1);
    expect(unansweredSince(snapshot([ME], ["per_guide"], [ME, "voice"], ["per_friend"]), ME)).toBe(3);
    expect(unansweredSince(snapshot([ME], ["per_guide", "product"]), ME)).toBeNull();
  });

  it("is not changed by milestones, nor by notes among staff", () => {
    expect(unansweredSince(snapshot([ME], ["per_guide", "assigned"], ["per_guide", "text", "staff"]), ME)).toBe(1);
  });
});

describe("the line", () => {
  const now = Date.UTC(2026, 10, 23, 3);
  const open = { open_now: true, opens_at: null, closes_at: null };
  const wait = (more: Partial<Wait>): Wait => ({ ahead: 0, about_ms: null, nobody: false, ...more });

  it("says how many are before, and how long only when that is known", () => {
    expect(waitLineOf(wait({ ahead: 2, about_ms: 170_000 }), open, now)).toEqual({ tag: "aheadAbout", count: 2, about: { unit: "minutes", count: 3 } });
    expect(waitLineOf(wait({ ahead: 2 }), open, now)).toEqual({ tag: "ahead", count: 2, about: null });
    expect(waitLineOf(wait({}), open, now).tag).toBe("there");
    expect(waitLineOf(wait({ about_ms: 20_000 }), open, now).tag).toBe("soon");
    expect(waitLineOf(wait({ about_ms: 61_000 }), open, now)).toMatchObject({ tag: "within", about: { count: 2 } });
  });

  it("tells a closed shop from one whose people stepped away, by the hours of this moment", () => {
    const gone = wait({ nobody: true, ahead: 4, about_ms: 1000 });
    expect(waitLineOf(gone, open, now)).toEqual({ tag: "nobody", count: 0, about: null });
    expect(waitLineOf(gone, { open_now: false, opens_at: now + 1, closes_at: null }, now).tag).toBe("closed");
    expect(waitLineOf(gone, { open_now: false, opens_at: now - 1, closes_at: null }, now).tag).toBe("nobody");
    expect(waitLineOf(gone, { open_now: true, opens_at: null, closes_at: now - 1 }, now).tag).toBe("closed");
  });

  it("never makes a span shorter", () => {
    expect([1, 60_000, 60_001, 3_540_001, 7_200_001].map((ms) => spanOf(ms))).toEqual([
      { unit: "minutes", count: 1 },
      { unit: "minutes", count: 1 },
      { unit: "minutes", count: 2 },
      { unit: "hours", count: 1 },
      { unit: "hours", count: 3 },
    ]);
  });
});

describe("asking", () => {
  let scope: EffectScope;
  beforeEach(() => {
    vi.useFakeTimers();
    scope = effectScope();
  });
  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
  });

  it("goes on every half minute until the answer comes, and not for what is beside the point", async () => {
    const answers = [{ ahead: 1 }, { ahead: 0 }];
    const asked: string[] = [];
    const get = (path: string): Promise<unknown> => {
      asked.push(path);
      return Promise.resolve(answers[asked.length - 1]);
    };
    const client = { person: ME, api: { get } } as unknown as Client;
    const shown = shallowRef(snapshot());
    const wait = scope.run(() => useWait(client, "cnv_1", () => shown.value))!;
    expect(asked).toEqual([]);
    shown.value = snapshot([ME]);
    await vi.advanceTimersByTimeAsync(0);
    shown.value = snapshot([ME], [ME]);
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, wait.value]).toEqual([["/conversations/cnv_1/wait"], { ahead: 1 }]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect([asked.length, wait.value]).toEqual([2, { ahead: 0 }]);
    shown.value = snapshot([ME], ["per_guide"]);
    await nextTick();
    expect(wait.value).toBeNull();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(asked).toHaveLength(2);
  });
});
