/** How far one's own message has come, from the marks of the other side. Pure. */

import type { Member } from "@liyu/client";

export type Mark = "sent" | "delivered" | "read";
export type Side = "customer" | "staff";

const STAFF_ROLES: ReadonlySet<string> = new Set(["guide", "designer", "owner", "manager"]);

export function isStaff(role: string): boolean {
  return STAFF_ROLES.has(role);
}

/** The furthest that anybody of the other side has received and read. */
export interface Reach {
  read: number;
  delivered: number;
}

/** `side` is the reader's own: for a customer the shop's people count, for the shop its customers and their friends. */
export function reachOfOthers(members: readonly Member[], side: Side): Reach {
  const reach: Reach = { read: 0, delivered: 0 };
  for (const { person, read = 0, delivered = 0 } of members) {
    const other = isStaff(person.role) ? "staff" : "customer";
    if (other === side) continue;
    reach.read = Math.max(reach.read, read);
    reach.delivered = Math.max(reach.delivered, delivered);
  }
  return reach;
}

export function markOf(seq: number, reach: Reach): Mark {
  if (seq <= reach.read) return "read";
  return seq <= reach.delivered ? "delivered" : "sent";
}
