/**
 * What an event makes of a snapshot: `reduce(snapshot, event) → snapshot`. Old snapshot + events = new snapshot.
 *
 * The same rules as the server's and the Python client's; `tests/vectors/reducer.json` holds all of them to it.
 * Pure and persistent: what an event does not touch keeps its identity, so that a screen redraws only what changed.
 */

import type { Bodies, LogEvent, Member, Message, MessageState, Person, Snapshot } from "../wire.ts";
import { CHANGES, MESSAGES } from "../wire.ts";

const CHANGING: ReadonlySet<string> = new Set(CHANGES);
const SPOKEN: ReadonlySet<string> = new Set(MESSAGES);

/** Whether the kind changes the message at `body.target` and does not stand in the thread by itself. */
export function isChange(kind: string): boolean {
  return CHANGING.has(kind);
}

export function reduce(snapshot: Snapshot, event: LogEvent): Snapshot {
  return reduceAll(snapshot, [event], event.seq);
}

/** Several events at once, up to `to`: copies the list of messages once. */
export function reduceAll(snapshot: Snapshot, events: readonly LogEvent[], to: number): Snapshot {
  const messages = snapshot.messages.slice();
  let next: Snapshot = snapshot;
  for (const event of events) {
    if (event.seq <= snapshot.head) continue;
    if (isChange(event.kind)) {
      changeInPlace(messages, event);
    } else {
      messages.push(isGone(event) ? { ...event, state: { recalled: true } } : event);
      next = withMilestone(next, event);
    }
  }
  return { ...next, messages, head: Math.max(snapshot.head, to) };
}

/** A message that was recalled before it came here has no content left. */
function isGone(event: LogEvent): boolean {
  return SPOKEN.has(event.kind) && Object.keys(event.body as object).length === 0;
}

function withMilestone(snapshot: Snapshot, event: LogEvent): Snapshot {
  if (event.kind === "assigned") return { ...snapshot, assignee: (event.body as Bodies["assigned"]).person };
  if (event.kind === "member.joined") {
    const { person } = event.body as Bodies["member.joined"];
    const members = withMember(snapshot.members, person);
    return { ...snapshot, members, ...(person.role === "customer" ? { title: person.name } : {}) };
  }
  if (event.kind !== "member.left") return snapshot;
  const { person } = event.body as Bodies["member.left"];
  const members = snapshot.members.map((member) => (member.person.id === person ? { ...member, present: false } : member));
  return { ...snapshot, members, ...(snapshot.assignee === person ? { assignee: null } : {}) };
}

/** A member's marks, which live outside the log and only go forward. */
export function moveCursor(snapshot: Snapshot, who: string, read: number, delivered: number): Snapshot {
  const at = snapshot.members.findIndex((member) => member.person.id === who);
  const member = snapshot.members[at];
  if (!member) return snapshot;
  const next = {
    ...member,
    read: Math.max(member.read ?? 0, read),
    delivered: Math.max(member.delivered ?? 0, delivered),
  };
  if (next.read === member.read && next.delivered === member.delivered) return snapshot;
  return { ...snapshot, members: replaced(snapshot.members, at, next) };
}

/** Where the message `seq` stands in `messages` (ascending by seq), or -1. */
export function indexOfSeq(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = messages[middle]!.seq;
    if (at === seq) return middle;
    if (at < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** `messages` after the change `event`; the same array where the target is not among them. */
export function applyChange(messages: readonly Message[], event: LogEvent): readonly Message[] {
  const at = indexOfSeq(messages, (event.body as { target: number }).target);
  const target = messages[at];
  if (!target) return messages;
  const next = changed(target, event);
  return next === target ? messages : replaced(messages, at, next);
}

function changeInPlace(messages: Message[], event: LogEvent): void {
  const at = indexOfSeq(messages, (event.body as { target: number }).target);
  const target = messages[at];
  if (target) messages[at] = changed(target, event);
}

function changed(message: Message, event: LogEvent): Message {
  const state = message.state ?? {};
  if (state.recalled) return message;
  switch (event.kind) {
    case "recall":
      return { ...message, body: {}, state: { recalled: true } };
    case "edit":
      return { ...message, state: { ...state, text: (event.body as Bodies["edit"]).text, edited_at: event.at } };
    case "choice":
      return { ...message, state: withChoice(state, event) };
    case "reaction":
      return { ...message, state: withReaction(state, event) };
    default:
      return message;
  }
}

function withChoice(state: MessageState, event: LogEvent): MessageState {
  const { option } = event.body as Bodies["choice"];
  return { ...state, choices: { ...state.choices, [event.actor]: option } };
}

function withReaction(state: MessageState, event: LogEvent): MessageState {
  const { emoji, on = true } = event.body as Bodies["reaction"];
  const reactions: Record<string, readonly string[]> = { ...state.reactions };
  const without = (reactions[emoji] ?? []).filter((who) => who !== event.actor);
  const already = reactions[emoji]?.includes(event.actor) ?? false;
  if (on && already) return state;
  const who = on ? [...without, event.actor] : without;
  if (who.length > 0) reactions[emoji] = who;
  else delete reactions[emoji];
  return { ...state, reactions };
}

function withMember(members: readonly Member[], person: Person): readonly Member[] {
  const at = members.findIndex((member) => member.person.id === person.id);
  const known = members[at];
  if (!known) return [...members, { person, present: true }].sort((a, b) => (a.person.id < b.person.id ? -1 : 1));
  return replaced(members, at, { ...known, person, present: true });
}

/** A copy of `list` with `value` at `at` (`Array.prototype.with` is younger than the browsers that we serve). */
function replaced<T>(list: readonly T[], at: number, value: T): T[] {
  const copy = list.slice();
  copy[at] = value;
  return copy;
}
