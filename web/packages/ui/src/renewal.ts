/**
 * A page that stays open while a newer build is put in place asks for files that are gone. Then the page is loaded
 * afresh, once; a second failure within a minute is a real one and stays visible.
 */

const MEMORY = "liyu.renewed";
const AGAIN_MS = 60_000;

/** Whether a page that was renewed at `last` (ms, `null`: never) may be renewed at `now`. */
export function mayRenew(last: number | null, now: number): boolean {
  return last === null || now - last > AGAIN_MS;
}

/** Watches for files of an older build that can no longer be fetched. */
export function renewWhenReplaced(): void {
  addEventListener("vite:preloadError", (event) => {
    const kept = Number(sessionStorage.getItem(MEMORY));
    if (!navigator.onLine || !mayRenew(kept > 0 ? kept : null, Date.now())) return;
    event.preventDefault();
    sessionStorage.setItem(MEMORY, String(Date.now()));
    location.reload();
  });
}
