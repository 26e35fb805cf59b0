/** The stickers that the applications carry: Fluent Emoji 3D by Microsoft (MIT). The message holds only the name. */

const FILES = import.meta.glob<string>("./*.webp", { eager: true, import: "default", query: "?url" });

/** In the order in which they are offered. */
export const STICKERS = [
  "hello", "thanks", "love", "gift", "rose", "hug", "thumbs-up", "ok", "clap", "party", "laugh", "shy",
  "please", "thinking", "surprise", "cry", "wait", "good-night", "tea", "birthday", "red-envelope", "lantern",
  "firecracker", "moon-cake",
] as const;

/** The address of the picture, or `null` for a name that is not carried. */
export function stickerUrl(name: string): string | null {
  return FILES[`./${name}.webp`] ?? null;
}
