/** How a person without a picture is drawn: the same name always before the same wall. */

const WALLS = ["blush", "bean", "moon", "osm"] as const;

/** The wall for `name`: stable, no meaning beyond telling two people apart at a glance. */
export function groundForName(name: string): (typeof WALLS)[number] {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return WALLS[sum % WALLS.length] ?? "blush";
}
