/** Colours: the printed fallback is up to date, every text passes AA in both themes and every campaign. */
import { describe, expect, it } from "vitest";

// @ts-expect-error a plain script without types
import { fallback, plain } from "../tokens/fallback.mjs";
import manifestText from "../package.json?raw";
import { SONG_VERSION } from "../src/fonts.ts";
import source from "../src/styles/colours.css?raw";
import printed from "../src/styles/tokens.fallback.css?raw";

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

type Palette = Readonly<Record<string, string>>;
const palette = (rule: string): Palette =>
  Object.fromEntries([...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));

const rules = printed.split("\n").map((line) => line.trim());
const light = palette(rules.find((line) => line.startsWith(":root { --paper:")) ?? "");
const dark = palette(rules.find((line) => line.startsWith('[data-theme="dark"] { --paper:')) ?? "");
const campaigns = ["christmas", "newyear", "valentine", "qixi", "midautumn", "teachers"];
const ofCampaign = (name: string, theme: "light" | "dark"): Palette => {
  const start = theme === "light" ? `:root[data-campaign="${name}"]` : `[data-theme="dark"][data-campaign="${name}"]`;
  return { ...(theme === "light" ? light : dark), ...palette(rules.find((line) => line.startsWith(start)) ?? "") };
};

describe("the fallback", () => {
  it("is what the source prints", () => {
    expect(printed).toBe(fallback(source));
  });

  it("knows a colour whose value is known", () => {
    expect(plain(1, 0, 0)).toBe("#ffffff");
    expect(plain(0, 0, 0)).toBe("#000000");
    expect(plain(0.627955, 0.257683, 29.2339)).toBe("#ff0000");
  });
});

describe.each([
  ["light", light],
  ["dark", dark],
] as const)("the %s palette", (theme, house) => {
  it("keeps text readable on every paper", () => {
    for (const text of ["ink", "ink-2", "ink-3", "accent-ink"]) {
      for (const paper of ["paper", "paper-sunk", "card", "card-high"]) {
        expect([text, paper, contrast(house[text]!, house[paper]!) >= 4.5]).toEqual([text, paper, true]);
      }
    }
  });

  it("keeps a meaning readable on its wash", () => {
    for (const meaning of ["ok", "warn", "bad", "info"]) {
      expect([meaning, contrast(house[meaning]!, house[`${meaning}-wash`]!) >= 4.5]).toEqual([meaning, true]);
    }
    expect(contrast(house["gold-ink"]!, house["gold-wash"]!)).toBeGreaterThanOrEqual(4.5);
  });

  it("draws edges of controls at 3:1", () => {
    expect(contrast(house["line-2"]!, house["card"]!)).toBeGreaterThanOrEqual(3);
    expect(contrast(house["line-2"]!, house["paper"]!)).toBeGreaterThanOrEqual(3);
  });

  it.each(["house", ...campaigns])("passes in the campaign %s", (name) => {
    const colours = name === "house" ? house : ofCampaign(name, theme);
    if (name !== "house") expect(colours["accent"]).not.toBe(house["accent"]);
    expect(contrast(colours["on-accent"]!, colours["accent"]!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours["accent-ink"]!, colours["paper"]!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours["accent-ink"]!, colours["accent-wash"]!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours["accent-edge"]!, colours["card"]!)).toBeGreaterThanOrEqual(3);
  });
});

it("the face is fetched under the version that is installed", () => {
  const manifest = JSON.parse(manifestText) as { dependencies: Record<string, string> };
  expect(manifest.dependencies["@fontsource/noto-serif-sc"]).toBe(SONG_VERSION);
});
