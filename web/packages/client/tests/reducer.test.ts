/** The reducer passes the vectors that hold every client of the protocol. */
import { describe, expect, it } from "vitest";

import { place } from "../src/log/placing.ts";
import { moveCursor, reduceAll } from "../src/log/reducer.ts";
import vectors from "../../../../tests/vectors/reducer.json";
import type { EventsFrame, Snapshot } from "../src/wire.ts";

interface Case {
  name: string;
  snapshot: Snapshot;
  frames: Omit<EventsFrame, "t">[];
  expected: Snapshot;
}

const { cases } = vectors as unknown as { cases: Case[] };

/** Fields at their default are left out, so that "absent" and "nothing" are one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, plain(each)] as const);
  return Object.fromEntries(fields.filter(([name, each]) => !isDefault(name, each)));
}

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined || (name === "assignee" && value === null) || (name === "present" && value === true)) return true;
  return ["state", "reactions", "choices"].includes(name) && Object.keys(value as object).length === 0;
}

describe("the vectors", () => {
  it.each(cases)("$name", ({ snapshot, frames, expected }) => {
    let now = snapshot;
    for (const frame of frames) {
      if (place({ epoch: now.epoch, seq: now.head }, frame) === "next") now = reduceAll(now, frame.list, frame.to);
    }
    expect(plain(now)).toEqual(plain(expected));
  });
});

describe("marks", () => {
  const [first] = cases;
  it("only go forward and belong to one member", () => {
    const moved = moveCursor(first!.snapshot, "per_g", 3, 3);
    expect(moved.members.find(({ person }) => person.id === "per_g")).toMatchObject({ read: 3, delivered: 3 });
    expect(moveCursor(moved, "per_g", 1, 2)).toBe(moved);
    expect(moveCursor(moved, "per_unknown", 9, 9)).toBe(moved);
  });
});

describe("identity", () => {
  it("keeps every message that an event does not touch, so that a screen redraws only what changed", () => {
    const { snapshot } = cases[0]!;
    const next = reduceAll(snapshot, [{ seq: 4, kind: "edit", actor: "per_a", cid: "c4", at: 1, body: { target: 2, text: "x" } }], 4);
    expect(next.messages[1]).toBe(snapshot.messages[1]);
    expect(next.messages[0]).not.toBe(snapshot.messages[0]);
  });
});
