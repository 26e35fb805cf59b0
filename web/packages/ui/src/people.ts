/** How people are drawn: the avatars that the applications carry, and the wall before which a bare name stands. */

const FILES = import.meta.glob<string>("./avatars/*.webp", { eager: true, query: "?url", import: "default" });
const AVATARS = new Map(Object.entries(FILES).map(([file, url]) => [file.slice("./avatars/".length, -".webp".length), url]));
const WALLS = ["blush", "bean", "moon", "osm"] as const;

/** Names that may be chosen as an avatar. */
export const AVATAR_NAMES: readonly string[] = [...AVATARS.keys()];

/** The picture of that name (or a full address, which stays); `null` for none and for a name not carried here. */
export function avatarPicture(name: string | null | undefined): string | null {
  if (!name) return null;
  return name.includes("/") ? name : (AVATARS.get(name) ?? null);
}

/** The wall for `name`: stable, no meaning beyond telling two people apart at a glance. */
export function groundForName(name: string): (typeof WALLS)[number] {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return WALLS[sum % WALLS.length] ?? "blush";
}
