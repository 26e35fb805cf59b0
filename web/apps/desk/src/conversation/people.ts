/** Who is who in a conversation, as the desk sees it. Pure. */
import type { components } from "@liyu/protocol";
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

/** Somebody to whom a conversation can go. */
export interface Colleague {
  id: string;
  name: string;
  avatar?: string | null | undefined;
}

/** Somebody of the shop, with what their desk takes on and how much is in their hands. */
export type OnDuty = components["schemas"]["ColleagueOut"];

/** Those who are there first, the least busy before the others; then by name. `duty` `null`: of another shop. */
export function choicesOf(people: readonly Colleague[], board: readonly OnDuty[], without: readonly (string | null)[]): { person: Colleague; duty: OnDuty | null }[] {
  const duties = new Map(board.map((each) => [each.person, each]));
  const known = [...board.map(({ person, name, avatar }) => ({ id: person, name, avatar })), ...people];
  const unique = [...new Map<string, Colleague>(known.map((person) => [person.id, person])).values()];
  return unique
    .filter((person) => !without.includes(person.id))
    .map((person) => ({ person, duty: duties.get(person.id) ?? null }))
    .sort((a, b) => rank(a.duty) - rank(b.duty) || a.person.name.localeCompare(b.person.name));
}

function rank(duty: OnDuty | null): number {
  if (!duty) return 5;
  if (!duty.online) return 4;
  const place = { free: 0, busy: 2, away: 3 }[duty.state];
  return place + Math.min(1, duty.at_hand / duty.capacity);
}
