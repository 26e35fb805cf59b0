/** The Song face for headings, fetched when nothing else is to be done. Text is never held back for it. */

/** The version of `@fontsource/noto-serif-sc`; `fonts/faces.mjs` names the files by it and a test holds the two equal. */
export const SONG_VERSION = "5.3.0";
const SHEET = `/assets/fonts/assets/song-${SONG_VERSION}.css`;

interface Frugal {
  readonly connection?: { readonly saveData?: boolean };
}

/** Links the face once the page is idle; never for somebody who asked the browser to save data. */
export function fetchSong(): void {
  if ((navigator as Frugal).connection?.saveData) return;
  const link = (): void => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = SHEET;
    document.head.append(sheet);
  };
  if (typeof requestIdleCallback === "function") requestIdleCallback(link, { timeout: 4_000 });
  else setTimeout(link, 2_000);
}
