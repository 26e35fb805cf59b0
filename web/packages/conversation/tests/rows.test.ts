/** The thread as rows, and which of them are drawn: pure decisions on literal values. */
import { describe, expect, it } from "vitest";

import type { LogEvent, Message, Outgoing, Snapshot, Waiting } from "@liyu/client";

import { markOf, reachOfOthers } from "../src/thread/marks.ts";
import { RowBuilder, type Row, type RowsInput } from "../src/thread/rows.ts";
import { GUESS_PX, Heights, sliceOf } from "../src/thread/window.ts";

const DAY = 86_400_000;

function message(seq: number, actor = "b", more: Partial<LogEvent> = {}): Message {
  return { seq, kind: "text", actor, cid: `c${seq}`, at: seq * 1000, body: { text: `m${seq}` }, ...more };
}

function waiting(cid: string, kind = "text", body: Record<string, unknown> = { text: "w" }): Waiting {
  const entry: Outgoing = { cid, conv: "c", kind, body, vis: "all", person: "me", at: 1, order: 1, attachment: null, after: null, refusal: null };
  return { entry, progress: { tag: "queued" } };
}

function build(messages: Message[], more: Partial<RowsInput> = {}, builder = new RowBuilder()): Row[] {
  const snapshot: Snapshot = { id: "c", shop: "s", epoch: 1, head: messages.at(-1)?.seq ?? 0, members: [], messages };
  return builder.build({ snapshot, waiting: [], unreadAfter: null, isMine: (actor) => actor === "me", dayOf: (at) => Math.floor(at / DAY), ...more });
}

const tags = (rows: Row[]): string[] => rows.map((row) => row.tag);

describe("rows", () => {
  it("begin each day, and name a speaker once per breath", () => {
    const rows = build([message(1), message(2), message(3, "me"), message(4, "me", { at: DAY + 5 })]);
    expect(tags(rows)).toEqual(["day", "message", "message", "message", "day", "message"]);
    expect(rows.flatMap((row) => (row.tag === "message" ? [row.first] : []))).toEqual([true, false, true, true]);
  });

  it("put the unread line before the first of the others' new messages", () => {
    const rows = build([message(1), message(2, "me"), message(3, "me"), message(4)], { unreadAfter: 2 });
    expect(tags(rows)).toEqual(["day", "message", "message", "message", "unread", "message"]);
  });

  it("show what waits once: not any more when it stands in the log", () => {
    const rows = build([message(1, "me", { cid: "x" })], { waiting: [waiting("x"), waiting("y")] });
    expect(rows.map((row) => row.key)).toEqual(["d:1", "c:x", "c:y"]);
  });

  it("keep the key of a message from waiting to standing, so that it does not blink", () => {
    expect(build([], { waiting: [waiting("x")] })[0]?.key).toBe(build([message(1, "me", { cid: "x" })])[1]?.key);
  });

  it("show one's own changes before they are confirmed, and take them back when they are refused", () => {
    const pending = waiting("r", "recall", { target: 1 });
    const rows = build([message(1, "me")], { waiting: [pending] });
    expect(rows[1]).toMatchObject({ message: { state: { recalled: true } } });
    const refused: Waiting = { ...pending, progress: { tag: "refused", refusal: { code: "late", message: "", retryable: false } } };
    expect(build([message(1, "me")], { waiting: [refused] })[1]).toMatchObject({ message: { body: { text: "m1" } } });
  });

  it("say nothing of one's own coming, nor twice of a guide who comes to take care", () => {
    const joined = (seq: number, id: string, role: string): Message => message(seq, id, { kind: "member.joined", body: { person: { id, name: "n", role } } });
    const rows = build([joined(1, "c", "customer"), joined(2, "g", "guide"), message(3, "g", { kind: "assigned", body: { person: "g" } }), joined(4, "f", "friend")]);
    expect(rows.map((row) => row.key)).toEqual(["d:1", "s:3", "s:4"]);
  });

  it("keep their identity while nothing of them changed", () => {
    const builder = new RowBuilder();
    const messages = [message(1), message(2)];
    const before = build(messages, {}, builder);
    const after = build([...messages, message(3, "me")], {}, builder);
    expect(after[1]).toBe(before[1]);
    expect(after.at(-1)).not.toBe(before.at(-1));
  });
});

describe("50,000 messages", () => {
  const many = Array.from({ length: 50_000 }, (_, at) => message(at + 1, at % 3 ? "b" : "me"));

  it("draw as many rows as fit, wherever one scrolls", () => {
    const rows = build(many);
    const heights = new Heights();
    heights.layout(rows.map((row) => row.key));
    expect(heights.total).toBe(rows.length * GUESS_PX);
    for (const top of [0, heights.total / 2, heights.total - 800]) {
      const slice = sliceOf(heights, rows.length, top, 800);
      expect(slice.to - slice.from).toBeLessThan(60);
      const drawn = heights.top(slice.to) - heights.top(slice.from);
      expect(slice.above + drawn + slice.below).toBeCloseTo(heights.total, 3);
      expect(heights.top(slice.from)).toBeLessThanOrEqual(Math.max(0, top));
    }
  });

  it("redraw nothing but the new row when one comes", () => {
    const builder = new RowBuilder();
    const before = new Set(build(many, {}, builder));
    const after = build([...many, message(50_001)], {}, builder);
    expect(after.filter((row) => !before.has(row)).length).toBeLessThanOrEqual(2);
  });
});

describe("heights", () => {
  it("correct their guesses by measuring, and find a row by its place", () => {
    const heights = new Heights();
    heights.layout(["a", "b", "c"]);
    expect(heights.measure([["a", 100], ["b", 20]])).toBe(true);
    expect(heights.measure([["a", 100.2]])).toBe(false);
    expect([heights.top(1), heights.top(2), heights.total]).toEqual([100, 120, 120 + GUESS_PX]);
    expect([0, 99, 100, 121].map((px) => heights.at(px))).toEqual([0, 0, 1, 2]);
    heights.layout(["z", "a", "b", "c"]);
    expect(heights.top(heights.place("b"))).toBe(GUESS_PX + 100);
    expect(heights.place("missing")).toBe(-1);
  });
});

describe("marks", () => {
  const members = [
    { person: { id: "c", name: "", role: "customer" as const }, read: 5, delivered: 7 },
    { person: { id: "g", name: "", role: "guide" as const }, read: 3, delivered: 4 },
  ];
  it("are those of the other side", () => {
    expect(reachOfOthers(members, "customer")).toEqual({ read: 3, delivered: 4 });
    expect(reachOfOthers(members, "staff")).toEqual({ read: 5, delivered: 7 });
    expect([5, 7, 8].map((seq) => markOf(seq, { read: 5, delivered: 7 }))).toEqual(["read", "delivered", "sent"]);
  });
});
