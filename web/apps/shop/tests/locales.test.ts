/** Both languages say the same things: same keys, same placeholders; and every key that the pages ask for exists. */
import { describe, expect, it } from "vitest";

import en from "../src/locales/en.ts";
import zh from "../src/locales/zh-CN.ts";

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

const chinese = new Map(leaves(zh));
const english = new Map(leaves(en));
const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""))].sort();
const sources = import.meta.glob<string>("../src/**/*.{vue,ts}", { eager: true, query: "?raw", import: "default" });

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it("fill the same places", () => {
    for (const [key, text] of chinese) expect([key, placeholders(english.get(key) ?? "")]).toEqual([key, placeholders(text)]);
  });

  it("hold every key that is asked for by name, and no name that nobody asks for", () => {
    const asked = new Set<string>();
    const families = new Set<string>();
    for (const [file, text] of Object.entries(sources)) {
      if (file.includes("/locales/") || file.includes("Styleguide")) continue;
      for (const match of text.matchAll(/["'`]([a-z]\w*(?:\.[\w-]+)+)["'`]/g)) asked.add(match[1] ?? "");
      for (const match of text.matchAll(/[`]([a-z]\w*(?:\.\w+)*)\.\$\{/g)) families.add(match[1] ?? "");
    }
    const called = Object.values(sources).flatMap((text) => [...text.matchAll(/\bt\(["']([\w.-]+)["']/g)].map((match) => match[1] ?? ""));
    for (const key of called) expect([key, chinese.has(key)]).toEqual([key, true]);
    const unused = [...chinese.keys()].filter((key) => !asked.has(key) && ![...families].some((family) => key.startsWith(`${family}.`)));
    expect(unused).toEqual([]);
  });

  it("let no markup in", () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, /[<>]/.test(text)]).toEqual([key, false]);
  });
});
