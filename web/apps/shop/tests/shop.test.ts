/** The storefront's own decisions: what is promised, when somebody is there, how the time until a day is told. */
import { describe, expect, it } from "vitest";

import { dayOf } from "../src/calendar/days.ts";
import { readPrinted } from "../src/api/printed.ts";
import { pace, termsBetween } from "../src/parts/countdown.ts";
import { lastOpenDay, openingOf } from "../src/parts/opening.ts";
import { promiseOf } from "../src/parts/promise.ts";

describe("the line under a product", () => {
  it("says what stock alone allows to say", () => {
    expect(promiseOf({ stock_here: 9, in_stock: true })).toEqual({ tag: "here" });
    expect(promiseOf({ stock_here: 3, in_stock: true })).toEqual({ tag: "few", count: 3 });
    expect(promiseOf({ stock_here: 0, in_stock: true })).toEqual({ tag: "elsewhere" });
    expect(promiseOf({ stock_here: 0, in_stock: false })).toEqual({ tag: "out" });
  });
});

describe("opening hours", () => {
  const now = Date.UTC(2026, 10, 23, 14, 30); // 22:30 in China
  const shop = { open_now: false, opens_at: null, closes_at: null, time_zone: "Asia/Shanghai" };

  it("are told in the shop's own time", () => {
    expect(openingOf({ ...shop, open_now: true, closes_at: Date.UTC(2026, 10, 23, 15) }, now, "zh-CN")).toEqual({ tag: "until", time: "23:00", day: "" });
    expect(openingOf({ ...shop, open_now: true }, now, "zh-CN").tag).toBe("always");
  });

  it("tell today, tomorrow and a later day apart by the shop's midnight", () => {
    const opens = (at: number): string => openingOf({ ...shop, opens_at: at }, now, "zh-CN").tag;
    expect(opens(Date.UTC(2026, 10, 23, 15))).toBe("today");
    expect(opens(Date.UTC(2026, 10, 24, 1))).toBe("tomorrow");
    expect(openingOf({ ...shop, opens_at: Date.UTC(2026, 10, 26, 1) }, now, "zh-CN")).toEqual({ tag: "later", time: "09:00", day: "11月26日周四" });
    expect(openingOf(shop, now, "zh-CN").tag).toBe("closed");
  });
});

describe("the last day to collect something", () => {
  const hours = { mon: [["09:00", "22:00"]], tue: [], wed: [["09:00", "22:00"]], thu: [], fri: [["09:00", "22:00"]], sat: [["10:00", "22:00"]], sun: [] };
  const rest = (date: string, ...spans: string[][]) => ({ date, name: "", spans });
  const shop = { hours, holidays: [rest("2027-02-06"), rest("2027-02-05", ["10:00", "16:00"])] };

  it("is the festival itself when the shop opens then", () => {
    const christmas = dayOf(2026, 12, 25); // a Friday
    expect(lastOpenDay(shop, christmas - 30, christmas)).toBe(christmas);
  });

  it("goes back over holidays and days of rest, not beyond today", () => {
    const festival = dayOf(2027, 2, 6);
    expect(lastOpenDay(shop, festival - 30, festival)).toBe(dayOf(2027, 2, 5));
    expect(lastOpenDay(shop, festival, festival)).toBeNull();
    expect(lastOpenDay({ ...shop, holidays: [] }, dayOf(2027, 2, 1), dayOf(2027, 2, 4))).toBe(dayOf(2027, 2, 3));
  });
});

describe("the time until a festival", () => {
  it("is told calmly, and never hurries before the last week", () => {
    expect([0, 1, 7, 8, 14, 15, 80].map(pace)).toEqual(["today", "soon", "soon", "early", "early", "calm", "calm"]);
  });

  it("carries at most two solar terms, with room between the marks", () => {
    const [from, to] = [dayOf(2026, 11, 23), dayOf(2027, 2, 6)];
    const terms = termsBetween(from, to);
    expect(terms.map(({ term }) => term)).toEqual([18, 20]);
    const places = [0, ...terms.map(({ day }) => (day - from) / (to - from)), 1];
    for (let at = 1; at < places.length; at += 1) expect(places[at]! - places[at - 1]!).toBeGreaterThanOrEqual(0.2);
  });

  it("carries none when the day is near", () => {
    expect(termsBetween(dayOf(2026, 12, 23), dayOf(2026, 12, 25))).toEqual([]);
    expect(termsBetween(dayOf(2026, 12, 25), dayOf(2026, 12, 25))).toEqual([]);
  });
});

describe("the printed data", () => {
  it("is read from the page, and a page without any is no error", () => {
    document.body.innerHTML = '<script type="application/json" id="liyu-page">{"shop":{"slug":"pingjiang"}}</script>';
    expect(readPrinted(document).shop?.slug).toBe("pingjiang");
    document.body.innerHTML = '<script type="application/json" id="liyu-page">{oops</script>';
    expect(readPrinted(document)).toEqual({});
    document.body.innerHTML = "";
    expect(readPrinted(document)).toEqual({});
  });
});
