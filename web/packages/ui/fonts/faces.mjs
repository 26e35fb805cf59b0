/**
 * Puts the Song face that headings are set in beside the built applications, once for all of them: slices by
 * unicode-range, WOFF2 only. `src/fonts.ts` links the sheet when the page is idle, so that no text ever waits for it.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WEIGHT = 600;
const TARGET = fileURLToPath(new URL("../../../../src/liyu/static/fonts/assets/", import.meta.url));

const home = dirname(createRequire(import.meta.url).resolve("@fontsource/noto-serif-sc/package.json"));
const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const sheet = readFileSync(join(home, `${WEIGHT}.css`), "utf8");

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const faces = sheet.replace(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, "").replace(/\/\*.*?\*\//g, "");
const linked = faces.replace(/url\(\.\/files\/([^)]+\.woff2)\)/g, (_, file) => {
  const name = file.replace("noto-serif-sc", `song-${version}`);
  copyFileSync(join(home, "files", file), join(TARGET, name));
  return `url("${name}")`;
});
writeFileSync(join(TARGET, `song-${version}.css`), linked.replace(/\s+/g, " "));
