/** Language, money, keys, grounds: the logic below the parts. */
import { describe, expect, it } from "vitest";

import { groundOf } from "../src/ground.ts";
import { isComposing, neighbour } from "../src/keyboard.ts";
import { mergeCatalogues, nearestLocale } from "../src/language/languages.ts";
import { minorPerUnit, priceParts, priceText } from "../src/language/money.ts";
import { mayRenew } from "../src/renewal.ts";
import { avatarPicture, groundForName } from "../src/people.ts";

describe("languages", () => {
  it.each([
    [["zh-TW"], "zh-CN"],
    [["en-GB", "zh"], "en"],
    [["fr", "en-US"], "en"],
    [["fr"], "zh-CN"],
    [[], "zh-CN"],
  ])("%j becomes %s", (wishes, locale) => {
    expect(nearestLocale(wishes)).toBe(locale);
  });

  it("joins catalogues in depth, the later one winning at a leaf", () => {
    const joined = mergeCatalogues([{ talk: { send: "a", more: "b" } }, { talk: { send: "c" }, list: { title: "d" } }]);
    expect(joined).toEqual({ talk: { send: "c", more: "b" }, list: { title: "d" } });
  });
});

describe("money", () => {
  it.each([
    [26_800, "CNY", "zh-CN", "¥268"],
    [26_850, "CNY", "zh-CN", "¥268.50"],
    [123_456_700, "CNY", "zh-CN", "¥1,234,567"],
    [2_000, "JPY", "zh-CN", "¥2,000"],
    [1_999, "GBP", "en", "£19.99"],
    [0, "CNY", "en", "¥0"],
  ])("%i of %s in %s is %s", (minor, currency, locale, text) => {
    expect(priceText(minor, currency, locale)).toBe(text);
  });

  it("keeps sign and figures apart", () => {
    expect(priceParts(26_800, "CNY", "zh-CN")).toEqual({ sign: "¥", amount: "268" });
  });

  it("shows a currency that nobody knows by its code", () => {
    expect(priceText(1_050, "??", "en")).toBe("?? 10.50");
  });

  it("knows that a yen has no parts", () => {
    expect([minorPerUnit("JPY"), minorPerUnit("CNY")]).toEqual([1, 100]);
  });
});

describe("keys", () => {
  it("walk a ring and its ends", () => {
    expect(["ArrowRight", "ArrowLeft", "Home", "End", "a"].map((key) => neighbour(key, 0, 3))).toEqual([1, 2, 0, 2, null]);
    expect(neighbour("ArrowDown", 2, 3)).toBe(0);
    expect(neighbour("ArrowDown", 0, 0)).toBeNull();
  });

  it("belong to an input method while it composes, also where only the old code tells", () => {
    expect(isComposing({ isComposing: true, keyCode: 13 })).toBe(true);
    expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(isComposing({ isComposing: false, keyCode: 13 })).toBe(false);
  });
});

describe("pictures", () => {
  it("stand before a known wall, photographs before none", () => {
    expect(["moon", "none", "purple", null].map((name) => groundOf(name))).toEqual(["moon", "photo", "tea", "tea"]);
  });

  it("give the same person the same wall, and only carried avatars a picture", () => {
    expect(groundForName("林小满")).toBe(groundForName("林小满"));
    expect(avatarPicture("p-chen")).toMatch(/p-chen/);
    expect(avatarPicture("/files/x")).toBe("/files/x");
    expect([avatarPicture("nobody"), avatarPicture(null), avatarPicture("")]).toEqual([null, null, null]);
  });
});

describe("a page of an older build", () => {
  it("is renewed once a minute at most", () => {
    expect([mayRenew(null, 5), mayRenew(1_000, 30_000), mayRenew(1_000, 62_000)]).toEqual([true, false, true]);
  });
});
