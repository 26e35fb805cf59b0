/** Who is who in a conversation, as the desk sees it. Pure. */
import type { Person, Signs, Snapshot } from "@liyu/client";
import { isStaff } from "@liyu/conversation";

export function customerOf(snapshot: Snapshot): Person | null {
  return snapshot.members.find(({ person }) => person.role === "customer")?.person ?? null;
}

/** Colleagues and friends who are there now, besides the customer and oneself. */
export function alsoHere(snapshot: Snapshot, signs: Signs, me: string): Person[] {
  return snapshot.members
    .map(({ person }) => person)
    .filter((person) => person.role !== "customer" && person.id !== me && signs.online.has(person.id));
}

/** Those who may take care of the conversation: its members who work here. */
export function colleagues(snapshot: Snapshot): Person[] {
  return snapshot.members.filter(({ person, present }) => isStaff(person.role) && present !== false).map(({ person }) => person);
}
