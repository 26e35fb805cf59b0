/** A wish and the address that it lives in. */
import { describe, expect, it } from "vitest";

import { budgets, chosen, narrowing, readWish, toggled, withBudget, withPart } from "../src/state/wish.ts";

describe("a wish", () => {
  it("is read from an address, without what is unknown or malformed", () => {
    const query = { q: "茶", for: "mother,elder", sort: "cheapest", max_minor: "30000", min_minor: "-5", in_stock: "true", talk: "1", style: "<b>" };
    expect(readWish(query)).toEqual({ q: "茶", for: "mother,elder", max_minor: "30000", in_stock: "true" });
  });

  it("takes the first of a repeated part and none of an empty one", () => {
    expect(readWish({ occasion: ["birthday", "wedding"], q: "  ", for: null })).toEqual({ occasion: "birthday" });
  });

  it("gains and loses keys of a group", () => {
    const both = toggled(toggled({}, "for", "mother"), "for", "elder");
    expect(chosen(both, "for")).toEqual(["mother", "elder"]);
    expect(toggled(both, "for", "mother")).toEqual({ for: "elder" });
    expect(toggled({ for: "elder" }, "for", "elder")).toEqual({});
  });

  it("counts what narrows it, not its words or its order", () => {
    expect(narrowing({ q: "茶", sort: "newest", for: "mother,elder", max_minor: "1", personalisable: "true" })).toBe(4);
    expect(narrowing({})).toBe(0);
  });

  it("drops a part that is set to nothing", () => {
    expect(withPart({ q: "茶", for: "mother" }, "q", "")).toEqual({ for: "mother" });
  });
});

describe("budgets", () => {
  it("run without a gap from nothing upwards", () => {
    const steps = budgets("CNY", 100);
    expect(steps[0]).toEqual({ min: null, max: 10_000 });
    expect(steps.at(-1)).toEqual({ min: 50_000, max: null });
    for (let at = 1; at < steps.length; at += 1) expect(steps[at]!.min).toBe(steps[at - 1]!.max);
  });

  it("follow the currency", () => {
    expect(budgets("JPY", 1)[0]).toEqual({ min: null, max: 2_000 });
    expect(budgets("GBP", 100)[0]).toEqual({ min: null, max: 1_000 });
  });

  it("replace each other in a wish", () => {
    const first = withBudget({ for: "mother" }, { min: null, max: 10_000 });
    expect(first).toEqual({ for: "mother", max_minor: "10000" });
    expect(withBudget(first, { min: 50_000, max: null })).toEqual({ for: "mother", min_minor: "50000" });
    expect(withBudget(first, null)).toEqual({ for: "mother" });
  });
});
