/** The reactions that are one tap away, drawn alike on every system: Fluent Emoji 3D by Microsoft (MIT). */

const FILES = import.meta.glob<string>("./*.webp", { eager: true, import: "default", query: "?url" });

const NAMES: Readonly<Record<string, string>> = {
  "❤️": "heart",
  "👍": "thumbs-up",
  "🎉": "party",
  "😄": "smile",
  "😮": "surprise",
  "🙏": "thanks",
};

export const REACTIONS: readonly string[] = Object.keys(NAMES);

/** The picture of a reaction; `null` for one of another client, which the reader's own system draws. */
export function reactionUrl(emoji: string): string | null {
  return FILES[`./${NAMES[emoji] ?? ""}.webp`] ?? null;
}
