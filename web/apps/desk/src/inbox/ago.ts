/** Times of the list in words, from the catalogue's sentences. Pure. */

type Say = (key: string, values?: Record<string, unknown>) => string;

/** How long somebody has waited, to the second while it is short: the honest number, not a rounded one. */
export function waitedWords(ms: number, t: Say): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("wait.seconds", { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return t("wait.minutesSeconds", { minutes, seconds: seconds % 60 });
  if (minutes < 60) return t("wait.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t("wait.hours", { hours, minutes: minutes % 60 }) : t("wait.days", { days: Math.floor(hours / 24) });
}

export function agoWords(ms: number, t: Say): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return t("ago.now");
  if (minutes < 60) return t("ago.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t("ago.hours", { hours }) : t("ago.days", { days: Math.floor(hours / 24) });
}
