/** The wall behind a picture. Decides which of the six grounds a name means; knows nothing of products. */

export const GROUNDS = ["blush", "bean", "moon", "osm", "tea", "snow"] as const;
export type Ground = (typeof GROUNDS)[number];

/** The ground of that name; `"photo"` for `"none"` (a photograph has its own room), `"tea"` for an unknown name. */
export function groundOf(name: string | null | undefined): Ground | "photo" {
  if (name === "none" || name === "photo") return "photo";
  return GROUNDS.find((ground) => ground === name) ?? "tea";
}
