/**
 * The frames as this package handles them, and the one place where text from outside becomes a typed value.
 *
 * The types are the server's own (`@liyu/protocol`). Unknown frame kinds are dropped; unknown fields travel along
 * unread. The rules are in `docs/protocol.md`.
 */
import type { InboxEntry, ServerFrame } from "@liyu/protocol";

export { CHANGES, CLOSE, MESSAGES, PROTOCOL } from "@liyu/protocol";
export type {
  Bodies,
  ClientFrame,
  Conversation as Snapshot,
  CursorFrame,
  DrainFrame,
  EventsFrame,
  InboxEntry,
  LogEvent,
  Member,
  Message,
  MessageState,
  Person,
  RefuseFrame,
  Resume,
  Role,
  ServerFrame,
  Visibility,
  WelcomeFrame,
} from "@liyu/protocol";

type Kind = ServerFrame["t"];

/** Complete by construction: a kind that the server learns and this list does not know fails to compile. */
const KNOWN: Record<Kind, true> = {
  welcome: true,
  ack: true,
  refuse: true,
  events: true,
  resync: true,
  evicted: true,
  error: true,
  inbox: true,
  inbox_resync: true,
  cursor: true,
  signal: true,
  call: true,
  ping: true,
  pong: true,
  drain: true,
};

/** The frame in `text`, or `null` where it is none that this program knows. */
export function decodeServerFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("t" in value)) return null;
  return typeof value.t === "string" && Object.hasOwn(KNOWN, value.t) ? (value as ServerFrame) : null;
}

/** Rows of an `inbox` frame: each is an inbox entry as JSON. */
export function entriesOf(list: readonly unknown[]): readonly InboxEntry[] {
  return list as readonly InboxEntry[];
}
