/** The desk's pure decisions: the list, waiting in words, keys, catalogues. */
import { describe, expect, it } from "vitest";

import type { InboxEntry } from "@liyu/client";

import { agoWords, waitedWords } from "../src/inbox/ago.ts";
import { countsOf, gathered, itemsOf, neighbourOf, othersOf, type QueueItem } from "../src/inbox/queue.ts";
import { commandOf, KEY_HINTS } from "../src/keys/keys.ts";
import en from "../src/locales/en.ts";
import zh from "../src/locales/zh-CN.ts";

const ME = "per_me";
const row = (conv: string, more: Partial<InboxEntry> = {}): InboxEntry => ({ conv, rev: 1, shop: "s", last_at: 1, ...more });
const convs = (items: QueueItem[]): string[] => items.map((item) => (item.tag === "entry" ? item.entry.conv : `(${item.key})`));

describe("the list", () => {
  const rows = [
    row("new", { waiting_since: 50, last_at: 50 }),
    row("long", { waiting_since: 10, last_at: 60, assignee: ME }),
    row("vip", { waiting_since: 90, last_at: 90, vip: true }),
    row("theirs", { waiting_since: 5, assignee: "per_other", last_at: 70 }),
    row("turn", { assignee: ME, last_at: 20 }),
    row("quiet", { last_at: 5 }),
  ];

  it("puts who waits for me first, the longest first, then those whose turn it is", () => {
    expect(convs(itemsOf("waiting", rows, ME, ""))).toEqual(["vip", "long", "new", "(turn)", "turn"]);
    expect(convs(itemsOf("mine", rows, ME, ""))).toEqual(["long", "turn"]);
    expect(convs(itemsOf("all", rows, ME, ""))).toHaveLength(6);
    expect(countsOf(rows, ME)).toEqual({ waiting: 3, mine: 2 });
  });

  it("has one row for a conversation of two inboxes, the newer one", () => {
    expect(gathered([[row("a", { last_at: 1, last_text: "old" })], [row("a", { last_at: 2, last_text: "new" })]])).toMatchObject([{ last_text: "new" }]);
  });

  it("is searched by name and words", () => {
    const found = [row("a", { title: "林太太" }), row("b", { last_text: "Can it reach London" }), row("c")];
    expect(convs(itemsOf("all", found, ME, "london"))).toEqual(["b"]);
    expect(convs(itemsOf("all", found, ME, "林"))).toEqual(["a"]);
  });

  it("is walked from any place, and stops at its ends", () => {
    const items = itemsOf("waiting", rows, ME, "");
    expect(neighbourOf(items, null, 1)).toBe("vip");
    expect(neighbourOf(items, "new", 1)).toBe("turn");
    expect(neighbourOf(items, "vip", -1)).toBeNull();
    expect(neighbourOf([], "x", 1)).toBeNull();
  });

  it("knows a customer's other conversations", () => {
    const both = [row("a", { customer: "c" }), row("b", { customer: "c" }), row("d", { customer: "x" })];
    expect(othersOf(both, "a").map(({ conv }) => conv)).toEqual(["b"]);
    expect(othersOf([row("a"), row("b")], "a")).toEqual([]);
  });
});

describe("waiting", () => {
  const say = (key: string, values: Record<string, unknown> = {}): string => `${key} ${Object.values(values).join(" ")}`.trim();
  it("is said to the second while it is short, and never less than it is", () => {
    expect([-5, 59_999, 100_000, 600_000, 3_660_000, 90_000_000].map((ms) => waitedWords(ms, say))).toEqual([
      "wait.seconds 0", "wait.seconds 59", "wait.minutesSeconds 1 40", "wait.minutes 10", "wait.hours 1 1", "wait.days 1",
    ]);
    expect([0, 180_000, 7_200_000].map((ms) => agoWords(ms, say))).toEqual(["ago.now", "ago.minutes 3", "ago.hours 2"]);
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}, typing = false) =>
    commandOf({ key, code: `Key${key.toUpperCase()}`, altKey: false, ctrlKey: false, metaKey: false, ...more }, typing);

  it("are letters while nothing is typed, and need Alt while something is", () => {
    expect(press("j")).toBe("next");
    expect(press("j", {}, true)).toBeNull();
    expect(press("∆", { code: "KeyJ", altKey: true }, true)).toBe("next");
    expect(press("Escape", {}, true)).toBe("leave");
    expect(press("k", { metaKey: true }, true)).toBe("search");
    expect(press("a", { ctrlKey: true })).toBeNull();
  });

  it("stand in the overview with words in both languages", () => {
    for (const { command } of KEY_HINTS) {
      expect(zh.keys[command], command).toBeTruthy();
      expect(en.keys[command], command).toBeTruthy();
    }
  });
});

describe("the catalogues", () => {
  function keys(tree: object, path = ""): string[] {
    return Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [`${path}${key} ${(value.match(/\{\w+\}/g) ?? []).sort().join()}`] : keys(value as object, `${path}${key}.`)));
  }
  it("have the same keys and the same places to fill", () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort());
  });
});
