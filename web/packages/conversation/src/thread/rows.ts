/**
 * The thread as rows: days, the unread line, messages with who begins to speak, system lines, what still waits.
 *
 * Pure. Rows of unchanged messages keep their identity from one call to the next, so that 50,000 of them cost a walk
 * and no drawing. It decides no words and no pixels.
 */

import { applyChange, type Bodies, isChange, type LogEvent, type Message, type Snapshot, type Waiting } from "@liyu/client";

export type Row =
  | { tag: "day"; key: string; at: number }
  | { tag: "unread"; key: string }
  | { tag: "message"; key: string; message: Message; mine: boolean; first: boolean; last: boolean }
  | { tag: "system"; key: string; message: Message }
  | { tag: "waiting"; key: string; item: Waiting; first: boolean };

export type MessageRow = Extract<Row, { tag: "message" }>;

const SPOKEN: ReadonlySet<string> = new Set(["text", "picture", "voice", "file", "sticker", "product", "question"]);
const MILESTONES: ReadonlySet<string> = new Set(["member.joined", "member.left", "assigned", "system"]);
/** After this long the speaker is named again. */
const PAUSE_MS = 5 * 60_000;

export interface RowsInput {
  snapshot: Snapshot;
  waiting: readonly Waiting[];
  /** The last message that was read when the thread was opened; the unread line stands after it. `null`: no line. */
  unreadAfter: number | null;
  isMine(actor: string): boolean;
  /** Local day number of a time, by the reader's calendar. */
  dayOf(at: number): number;
}

/** Builds rows and remembers those of the last call. One per thread. */
export class RowBuilder {
  private known = new Map<string, Row>();

  build(input: RowsInput): Row[] {
    const rows: Row[] = [];
    const next = new Map<string, Row>();
    const keep = (row: Row): void => {
      const before = this.known.get(row.key);
      const kept = before && same(before, row) ? before : row;
      next.set(row.key, kept);
      rows.push(kept);
    };
    const cids = addMessages(input, keep);
    for (const row of waitingRows(input.waiting, cids)) keep(row);
    this.known = next;
    return rows;
  }
}

function addMessages(input: RowsInput, keep: (row: Row) => void): Set<string> {
  const messages = withPendingChanges(input.snapshot.messages, input.waiting);
  const recent = new Set<string>();
  let line = input.unreadAfter;
  let previous: Message | null = null;
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]!;
    const newDay = previous === null || input.dayOf(previous.at) !== input.dayOf(message.at);
    if (newDay) keep({ tag: "day", key: `d:${message.seq}`, at: message.at });
    const mine = input.isMine(message.actor);
    let broken = newDay;
    if (line !== null && message.seq > line && !mine && isSpoken(message)) {
      keep({ tag: "unread", key: "unread" });
      line = null;
      broken = true;
    }
    if (MILESTONES.has(message.kind)) {
      if (!saysNothing(message, messages[at + 1], mine)) keep({ tag: "system", key: `s:${message.seq}`, message });
    } else {
      const first = broken || previous === null || !sameBreath(previous, message);
      const last = !sameBreath(message, messages[at + 1]);
      keep({ tag: "message", key: keyOf(message), message, mine, first, last });
    }
    if (mine && messages.length - at < 200) recent.add(message.cid);
    previous = message;
  }
  return recent;
}

/** That one came oneself, that a customer opened a conversation, and that somebody came who takes care in the same breath. */
function saysNothing(message: Message, next: Message | undefined, mine: boolean): boolean {
  if (message.kind !== "member.joined") return false;
  const { person } = message.body as Bodies["member.joined"];
  if (mine || person.role === "customer") return true;
  return next?.kind === "assigned" && (next.body as Bodies["assigned"]).person === person.id;
}

/** What waits and does not stand in the log yet. A change (reaction, recall …) is drawn at its target instead. */
function waitingRows(waiting: readonly Waiting[], logged: ReadonlySet<string>): Row[] {
  const shown = waiting.filter(({ entry }) => !isChange(entry.kind) && !logged.has(entry.cid));
  return shown.map((item, at) => ({ tag: "waiting", key: `c:${item.entry.cid}`, item, first: at === 0 }));
}

/** One's own changes show at once, before the server has confirmed them. */
function withPendingChanges(messages: readonly Message[], waiting: readonly Waiting[]): readonly Message[] {
  let changed = messages;
  for (const { entry, progress } of waiting) {
    if (!isChange(entry.kind) || progress.tag === "refused") continue;
    const event: LogEvent = { seq: 0, kind: entry.kind, actor: entry.person, cid: entry.cid, at: entry.at, body: entry.body };
    changed = applyChange(changed, event);
  }
  return changed;
}

export function keyOf(message: Message): string {
  return `c:${message.cid}`;
}

export function isSpoken(message: Pick<Message, "kind">): boolean {
  return SPOKEN.has(message.kind);
}

function sameBreath(a: Message, b: Message | undefined): boolean {
  if (!b || MILESTONES.has(a.kind) || MILESTONES.has(b.kind)) return false;
  return a.actor === b.actor && (a.vis ?? "all") === (b.vis ?? "all") && b.at - a.at < PAUSE_MS;
}

function same(a: Row, b: Row): boolean {
  if (a.tag === "message" && b.tag === "message") {
    return a.message === b.message && a.mine === b.mine && a.first === b.first && a.last === b.last;
  }
  if (a.tag === "waiting" && b.tag === "waiting") {
    return a.item.entry === b.item.entry && a.item.progress === b.item.progress && a.first === b.first;
  }
  if (a.tag === "system" && b.tag === "system") return a.message === b.message;
  return a.tag === b.tag;
}
