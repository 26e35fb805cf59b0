/**
 * Prints `src/styles/tokens.fallback.css`: every colour of `colours.css` as plain sRGB, for in-app browsers that know
 * neither `light-dark()` nor relative `oklch()`. It decides no colour itself; `tests/tokens.test.ts` holds the two equal.
 *
 * Run: `npm run tokens -w @liyu/ui`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** sRGB channel of linear light, 0 to 255. */
const channel = (linear) => {
  const bounded = Math.min(1, Math.max(0, linear));
  const curved = bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055;
  return Math.round(curved * 255);
};

/** OKLCH to linear sRGB, after Björn Ottosson's definition of Oklab. */
function linear(lightness, chroma, hue) {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** A colour as `#rrggbb` or `rgba(…)`; chroma is given up, not lightness, where the screen cannot show it. */
export function plain(lightness, chroma, hue, alpha = 1) {
  let kept = chroma;
  while (kept > 0 && linear(lightness, kept, hue).some((value) => value < -0.0005 || value > 1.0005)) kept -= 0.002;
  const [red, green, blue] = linear(lightness, Math.max(0, kept), hue).map(channel);
  if (alpha < 1) return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

const OKLCH = /oklch\(\s*(?:from\s+var\(--campaign\)\s+)?([\d.]+)\s+([^\s]+|calc\([^)]*\))\s+([\d.]+|h)\s*(?:\/\s*([\d.]+))?\s*\)/g;

/** Rewrites each `oklch()` of `text`; relative ones take hue and chroma of `campaign`. */
function rewrite(text, campaign) {
  const joined = text.replace(/calc\(c \* ([\d.]+)\)/g, "c*$1");
  return joined.replace(OKLCH, (_, lightness, chroma, hue, alpha) => {
    const factor = /^c\*(.+)$/.exec(chroma)?.[1];
    const amount = chroma === "c" ? campaign.chroma : factor ? campaign.chroma * Number(factor) : Number(chroma);
    return plain(Number(lightness), amount, hue === "h" ? campaign.hue : Number(hue), alpha ? Number(alpha) : 1);
  });
}

/** `light-dark(a, b)` everywhere in `text`, answered for one theme. */
function themed(text, dark) {
  let result = text;
  for (;;) {
    const start = result.indexOf("light-dark(");
    if (start < 0) return result;
    let depth = 0;
    let comma = -1;
    let at = start + "light-dark".length;
    for (; at < result.length; at += 1) {
      if (result[at] === "(") depth += 1;
      if (result[at] === ")" && --depth === 0) break;
      if (result[at] === "," && depth === 1) comma = at;
    }
    const chosen = dark ? result.slice(comma + 1, at) : result.slice(start + "light-dark(".length, comma);
    result = result.slice(0, start) + chosen.trim() + result.slice(at + 1);
  }
}

const CAMPAIGN = /--campaign:\s*oklch\(([\d.]+)\s+([\d.]+)\s+([\d.]+)\)/;

function campaignOf(text) {
  const [, , chroma, hue] = CAMPAIGN.exec(text);
  return { chroma: Number(chroma), hue: Number(hue) };
}

function colours(body, campaign, dark) {
  const lines = [...body.matchAll(/(--[\w-]+):\s*([^;]*oklch\([^;]*);/g)].filter(([, name]) => name !== "--campaign");
  return lines.map(([, name, value]) => `${name}: ${rewrite(themed(value, dark), campaign)};`).join(" ");
}

/** The whole fallback sheet for the text of `colours.css`. */
export function fallback(source) {
  const css = source.replace(/\/\*[\s\S]*?\*\//g, "");
  const [, own] = /:root\s*\{([\s\S]*?)\n\s*\}/.exec(css);
  const [, derived] = /\[data-theme\]\s*\{([\s\S]*?)\n\s*\}/.exec(css);
  const campaigns = [...css.matchAll(/\[data-campaign="(\w+)"\]\s*\{([^}]*)\}/g)];
  const house = campaignOf(own);
  const rules = (selector, body, campaign) => [
    `${selector(":root", "")} { ${colours(body, campaign, false)} }`,
    `@media (prefers-color-scheme: dark) { ${selector(':root:not([data-theme="light"])', "")} { ${colours(body, campaign, true)} } }`,
    `${selector('[data-theme="dark"]', "")} { ${colours(body, campaign, true)} }`,
  ];
  const lines = [
    "/* Printed by tokens/fallback.mjs from colours.css: the same colours in plain sRGB. Do not edit. */",
    ...rules((root) => root, `${own}${derived}`, house),
    `:root, [data-theme="dark"] { --hover: rgba(120, 100, 80, .1); }`,
  ];
  for (const [, name, body] of campaigns) {
    const at = `[data-campaign="${name}"]`;
    lines.push(...rules((root) => `${root}${at}, ${root} ${at}`, derived, campaignOf(body)));
  }
  const [head, ...rest] = lines;
  const old = "@supports not (color: light-dark(oklch(from red l c h), red))";
  return `${head}\n${old} {\n${rest.map((line) => `  ${line}`).join("\n")}\n}\n`;
}

if (import.meta.url.endsWith(process.argv[1] ?? "")) {
  const styles = fileURLToPath(new URL("../src/styles/", import.meta.url));
  writeFileSync(`${styles}tokens.fallback.css`, fallback(readFileSync(`${styles}colours.css`, "utf8")));
}
