/** The list at the left as pure decisions: which conversations a tab holds, in which order, under which heading. */
import type { InboxEntry } from "@liyu/client";

export const TABS = ["waiting", "mine", "all"] as const;
export type Tab = (typeof TABS)[number];

/** Beyond this somebody has waited long: the words turn warm. */
export const LONG_WAIT_MS = 60_000;

export type QueueItem = { tag: "entry"; entry: InboxEntry } | { tag: "heading"; key: "turn" };

/** One row per conversation: the same one may stand in a queue and in one's own list; the newer row counts. */
export function gathered(lists: readonly Iterable<InboxEntry>[]): InboxEntry[] {
  const byConversation = new Map<string, InboxEntry>();
  for (const list of lists) {
    for (const entry of list) {
      const other = byConversation.get(entry.conv);
      if (!other || (entry.last_at ?? 0) >= (other.last_at ?? 0)) byConversation.set(entry.conv, entry);
    }
  }
  return [...byConversation.values()];
}

/** Somebody waits, and it is mine to answer: nobody's yet, or my own. */
export function waitsForMe(entry: InboxEntry, me: string): boolean {
  return waits(entry) && (!entry.assignee || entry.assignee === me);
}

function waits(entry: InboxEntry): boolean {
  return entry.waiting_since !== null && entry.waiting_since !== undefined;
}

export function itemsOf(tab: Tab, entries: readonly InboxEntry[], me: string, wish: string): QueueItem[] {
  const found = entries.filter((entry) => matches(entry, wish));
  const mine = found.filter((entry) => entry.assignee === me);
  if (tab === "all") return wrapped(found.sort(newestFirst));
  if (tab === "mine") return wrapped(mine.sort(newestFirst));
  const waiting = found.filter((entry) => waitsForMe(entry, me)).sort(longestFirst);
  const turn = mine.filter((entry) => !waits(entry)).sort(newestFirst);
  return turn.length === 0 ? wrapped(waiting) : [...wrapped(waiting), { tag: "heading", key: "turn" }, ...wrapped(turn)];
}

export interface Counts {
  waiting: number;
  mine: number;
}

export function countsOf(entries: readonly InboxEntry[], me: string): Counts {
  return {
    waiting: entries.filter((entry) => waitsForMe(entry, me)).length,
    mine: entries.filter((entry) => entry.assignee === me).length,
  };
}

/** The conversation `step` places from `conv`; from none, the first. `null` at the ends. */
export function neighbourOf(items: readonly QueueItem[], conv: string | null, step: 1 | -1): string | null {
  const convs = items.flatMap((item) => (item.tag === "entry" ? [item.entry.conv] : []));
  const at = conv === null ? -1 : convs.indexOf(conv);
  if (at < 0) return convs[0] ?? null;
  return convs[at + step] ?? null;
}

/** Other conversations of the same customer, newest first. */
export function othersOf(entries: readonly InboxEntry[], conv: string): InboxEntry[] {
  const customer = entries.find((entry) => entry.conv === conv)?.customer;
  if (!customer) return [];
  return entries.filter((entry) => entry.customer === customer && entry.conv !== conv).sort(newestFirst);
}

function matches(entry: InboxEntry, wish: string): boolean {
  const words = wish.trim().toLowerCase();
  return words === "" || `${entry.title ?? ""} ${entry.last_text ?? ""}`.toLowerCase().includes(words);
}

function newestFirst(a: InboxEntry, b: InboxEntry): number {
  return (b.last_at ?? 0) - (a.last_at ?? 0);
}

function longestFirst(a: InboxEntry, b: InboxEntry): number {
  return Number(b.vip ?? false) - Number(a.vip ?? false) || (a.waiting_since ?? 0) - (b.waiting_since ?? 0);
}

function wrapped(entries: readonly InboxEntry[]): QueueItem[] {
  return entries.map((entry) => ({ tag: "entry", entry }));
}
