/** Printed by generate.py from the server's own structs. Do not edit. */

/** Plain text, 1 to 4,000 characters. Never markup. An internal note is a text of the class `staff`. */
export interface TextBody {
  readonly reply_to?: number | null;
  readonly text: string;
}

/** A picture. `file` names an attachment of the same conversation; `width`, `height` in pixels. */
export interface PictureBody {
  readonly reply_to?: number | null;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly alt?: string;
}

/** A voice note. `waveform`: 64 loudness values, 0 to 100. */
export interface VoiceBody {
  readonly reply_to?: number | null;
  readonly file: string;
  readonly duration_ms: number;
  readonly waveform: readonly number[];
}

/** Any other file, offered for download. */
export interface FileBody {
  readonly reply_to?: number | null;
  readonly file: string;
  readonly name: string;
  readonly size_bytes: number;
  readonly media_type: string;
}

/** One of the stickers that the applications carry, by name. */
export interface StickerBody {
  readonly reply_to?: number | null;
  readonly sticker: string;
}

/**
 * A product, optionally one variant, with a word about why. Price and stock are read fresh where it is drawn;
 * `title` and `price_minor` keep what was said at the time.
 */
export interface ProductCardBody {
  readonly reply_to?: number | null;
  readonly product: string;
  readonly variant?: string | null;
  readonly title: string;
  readonly price_minor: number;
  readonly currency: string;
  readonly picture?: string | null;
  readonly word?: string;
}

/** One answer that can be tapped. */
export interface Option {
  readonly id: string;
  readonly label: string;
}

/** A question with 2 to 8 options to tap. */
export interface QuestionBody {
  readonly reply_to?: number | null;
  readonly text: string;
  readonly options: readonly Option[];
}

/** The tapped answer to the question at `target`. The last one of a person counts. */
export interface ChoiceBody {
  readonly target: number;
  readonly option: string;
}

/** Puts an emoji on the message at `target` or, with `on` false, takes it away. */
export interface ReactionBody {
  readonly target: number;
  readonly emoji: string;
  readonly on?: boolean;
}

/** New text for one's own text message at `target`. */
export interface EditBody {
  readonly target: number;
  readonly text: string;
}

/** Takes one's own message at `target` back; its content is gone at every later reading. */
export interface RecallBody {
  readonly target: number;
}

/** Who a member is, as others may see it. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: "adviser" | "customer" | "designer" | "friend" | "guide" | "manager" | "owner" | "recipient" | "system";
  readonly avatar?: string | null;
  readonly vip?: boolean;
}

/** Somebody can now read and write here. */
export interface MemberJoinedBody {
  readonly person: Person;
}

/** Somebody no longer can. */
export interface MemberLeftBody {
  readonly person: string;
}

/** `person` now takes care of the conversation; `None`: back in the queue. `word`: the hand-over note. */
export interface AssignedBody {
  readonly person: string | null;
  readonly word?: string;
}

/** A sentence of the shop itself: `code` names it in the message catalogue, `values` fill it. */
export interface SystemBody {
  readonly code: string;
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * Where a returning client stands.
 *
 * `inboxes`: owner → last revision that it has. `heads`: conversation → `[epoch, seq]`, only of those
 * that it subscribes.
 */
export interface Resume {
  readonly inboxes?: Readonly<Record<string, number>>;
  readonly heads?: Readonly<Record<string, readonly [number, number]>>;
}

/** First frame of a connection. `token` is `None` where the session cookie speaks. */
export interface HelloFrame {
  readonly t: "hello";
  readonly proto?: number;
  readonly token?: string | null;
  readonly device?: string | null;
  readonly resume?: Resume;
}

/**
 * Append one event. `cid` is the client's own id of it: the same `cid` is the same message for ever.
 *
 * `vis` is the class that may read it: `all`, `staff` or `customer`.
 */
export interface SendFrame {
  readonly t: "send";
  readonly conv: string;
  readonly cid: string;
  readonly kind: string;
  readonly body: unknown;
  readonly vis?: string;
}

/** Follow a conversation from `after` on; also how a client asks for a gap. */
export interface SubFrame {
  readonly t: "sub";
  readonly conv: string;
  readonly epoch: number;
  readonly after: number;
}

/** Stop following a conversation. */
export interface UnsubFrame {
  readonly t: "unsub";
  readonly conv: string;
}

/** Follow an inbox (`p:<person>` or `q:<shop>`) from revision `after` on. */
export interface WatchFrame {
  readonly t: "watch";
  readonly owner: string;
  readonly after: number;
}

/** Stop following an inbox. */
export interface UnwatchFrame {
  readonly t: "unwatch";
  readonly owner: string;
}

/** `heads`: conversation → last applied `seq`. The server answers `pong` and repairs what is behind. */
export interface ClientPingFrame {
  readonly t: "ping";
  readonly heads?: Readonly<Record<string, number>>;
}

/** Answer to a server's `ping`, with the client's own heads. */
export interface ClientPongFrame {
  readonly t: "pong";
  readonly heads?: Readonly<Record<string, number>>;
}

/** Move one's own read and delivered marks; they only go forward. Everybody gets the answer, a `cursor`. */
export interface SetCursorFrame {
  readonly t: "cursor";
  readonly conv: string;
  readonly read?: number;
  readonly delivered?: number;
}

/**
 * Something fleeting (typing, what is looked at, pointer). Not stored, first to be shed.
 *
 * `to`: one principal; `None` means everybody who follows the conversation.
 */
export interface SendSignalFrame {
  readonly t: "signal";
  readonly conv: string;
  readonly kind: string;
  readonly body: unknown;
  readonly to?: string | null;
}

/**
 * Negotiation of a call: not stored, but ordered by `n` and answered by `ack` (`cid` is `<call>#<n>`).
 *
 * `call` is `<conversation>/<anything>`: it reaches devices of people who follow that conversation. `n` counts
 * what this device says in this call.
 */
export interface SendCallFrame {
  readonly t: "call";
  readonly call: string;
  readonly n: number;
  readonly kind: string;
  readonly body: unknown;
  readonly to_device?: string | null;
}

/** What this connection may do. Beyond it: `refuse` or `error` with a wait, never silence. */
export interface Limits {
  readonly frame_bytes: number;
  readonly sends_per_minute: number;
  readonly subscriptions: number;
  readonly ping_interval_ms: number;
}

/** Answer to `hello`. `now` lets the client correct its clock for display. */
export interface WelcomeFrame {
  readonly t: "welcome";
  readonly proto: number;
  readonly session: string;
  readonly person: string;
  readonly now: number;
  readonly limits: Limits;
  readonly inboxes?: readonly string[];
}

/** The event is durable under this `seq`. Sent only after the commit; a retry gets the first one again. */
export interface AckFrame {
  readonly t: "ack";
  readonly cid: string;
  readonly seq: number;
  readonly at: number;
  readonly conv: string;
}

/** The event was not appended. `retryable`: the same frame may succeed after `retry_after_ms`. */
export interface RefuseFrame {
  readonly t: "refuse";
  readonly cid: string;
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retry_after_ms?: number | null;
  readonly conv?: string | null;
}

/** One entry of a conversation's log. */
export interface LogEvent {
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  readonly cid: string;
  readonly at: number;
  readonly body: unknown;
  readonly vis?: string;
}

/**
 * `from` … `to` is contiguous and covers what is hidden from this reader; `list` holds the visible events.
 *
 * The client applies it when `from == head + 1` and sets its head to `to`; otherwise it asks for the gap.
 * An empty range (`from == to + 1`) says: you are current at `to`.
 */
export interface EventsFrame {
  readonly t: "events";
  readonly conv: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly list: readonly LogEvent[];
}

/** The history cannot be continued from where the client stands: drop the snapshot and load it afresh. */
export interface ResyncFrame {
  readonly t: "resync";
  readonly conv: string;
  readonly epoch: number;
  readonly head: number;
}

/** Permission for the conversation was lost. */
export interface EvictedFrame {
  readonly t: "evicted";
  readonly conv: string;
  readonly code: string;
}

/** A refusal that has no frame of its own. `about`: the conversation or owner it speaks of. */
export interface ErrorFrame {
  readonly t: "error";
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retry_after_ms?: number | null;
  readonly about?: string | null;
}

/** Changes of one owner's list, contiguous by revision like `events`. */
export interface InboxFrame {
  readonly t: "inbox";
  readonly owner: string;
  readonly from: number;
  readonly to: number;
  readonly list: readonly unknown[];
}

/** Load this owner's inbox afresh. */
export interface InboxResyncFrame {
  readonly t: "inbox_resync";
  readonly owner: string;
  readonly rev: number;
}

/** Where a member now stands. */
export interface CursorFrame {
  readonly t: "cursor";
  readonly conv: string;
  readonly who: string;
  readonly read: number;
  readonly delivered: number;
}

/** A fleeting sign from `who`. */
export interface SignalFrame {
  readonly t: "signal";
  readonly conv: string;
  readonly who: string;
  readonly kind: string;
  readonly body: unknown;
}

/** Negotiation of a call, from `from_device`. */
export interface CallFrame {
  readonly t: "call";
  readonly call: string;
  readonly n: number;
  readonly kind: string;
  readonly from_device: string;
  readonly body: unknown;
}

/** `heads`: conversation → last `seq` that this server knows. Whoever is behind asks with `sub`. */
export interface ServerPingFrame {
  readonly t: "ping";
  readonly heads: Readonly<Record<string, number>>;
}

/** Answer to a client's `ping`. */
export interface ServerPongFrame {
  readonly t: "pong";
  readonly heads: Readonly<Record<string, number>>;
}

/** The server stops soon: come back after a random part of `retry_ms`. */
export interface DrainFrame {
  readonly t: "drain";
  readonly retry_ms: number;
}

/**
 * What later events made of a message.
 *
 * `text`: the newest edit, or `None`; `reactions`: emoji → who, in order of appearance;
 * `choices`: who → option.
 * A recalled message keeps only `recalled`.
 */
export interface MessageState {
  readonly recalled?: boolean;
  readonly text?: string | null;
  readonly edited_at?: number | null;
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
  readonly choices?: Readonly<Record<string, string>>;
}

/** An event that stands in the thread, with its state. `body` is `{}` once it is recalled. */
export interface Message {
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  readonly cid: string;
  readonly at: number;
  readonly body: unknown;
  readonly vis?: string;
  readonly state?: MessageState;
}

/** A member and where it stands. */
export interface Member {
  readonly person: Person;
  readonly read?: number;
  readonly delivered?: number;
  readonly present?: boolean;
}

/**
 * A conversation as one visibility class sees it, exactly at `head` of `epoch`.
 *
 * `messages`: the newest ones (messages and visible milestones such as `assigned`), oldest first;
 * `more`: there are older ones, to be read with `before=<first seq>`.
 */
export interface Conversation {
  readonly id: string;
  readonly shop: string;
  readonly epoch: number;
  readonly head: number;
  readonly members: readonly Member[];
  readonly messages: readonly Message[];
  readonly more?: boolean;
  readonly assignee?: string | null;
  readonly title?: string;
  readonly kind?: string;
}

/**
 * One row of an inbox. `rev` is its place in its owner's numbering.
 *
 * `gone`: the conversation left this inbox. `waiting_since`: when the customer's oldest unanswered message
 * came; `None` when nobody waits. `unread` counts messages after the reader's mark, at most 99.
 */
export interface InboxEntry {
  readonly conv: string;
  readonly rev: number;
  readonly shop: string;
  readonly title?: string;
  readonly kind?: string;
  readonly last_seq?: number;
  readonly last_at?: number;
  readonly last_kind?: string;
  readonly last_text?: string;
  readonly last_actor?: string;
  readonly customer?: string | null;
  readonly vip?: boolean;
  readonly assignee?: string | null;
  readonly waiting_since?: number | null;
  readonly read?: number;
  readonly unread?: number;
  readonly gone?: boolean;
}

/** kind → its body. */
export interface Bodies {
  readonly "text": TextBody;
  readonly "picture": PictureBody;
  readonly "voice": VoiceBody;
  readonly "file": FileBody;
  readonly "sticker": StickerBody;
  readonly "product": ProductCardBody;
  readonly "question": QuestionBody;
  readonly "choice": ChoiceBody;
  readonly "reaction": ReactionBody;
  readonly "edit": EditBody;
  readonly "recall": RecallBody;
  readonly "member.joined": MemberJoinedBody;
  readonly "member.left": MemberLeftBody;
  readonly "assigned": AssignedBody;
  readonly "system": SystemBody;
}
export type Kind = keyof Bodies;

export type ClientFrame =
  | HelloFrame
  | SendFrame
  | SubFrame
  | UnsubFrame
  | WatchFrame
  | UnwatchFrame
  | ClientPingFrame
  | ClientPongFrame
  | SetCursorFrame
  | SendSignalFrame
  | SendCallFrame;

export type ServerFrame =
  | WelcomeFrame
  | AckFrame
  | RefuseFrame
  | EventsFrame
  | ResyncFrame
  | EvictedFrame
  | ErrorFrame
  | InboxFrame
  | InboxResyncFrame
  | CursorFrame
  | SignalFrame
  | CallFrame
  | ServerPingFrame
  | ServerPongFrame
  | DrainFrame;

export const PROTOCOL = 1 as const;

export const MESSAGES = ["text", "picture", "voice", "file", "sticker", "product", "question"] as const;

export const CHANGES = ["choice", "reaction", "edit", "recall"] as const;

export const SENDABLE = ["text", "picture", "voice", "file", "sticker", "product", "question", "choice", "reaction", "edit", "recall"] as const;

/** Close codes. 44xx: do not reconnect; 45xx: reconnect at once; 46xx: reconnect later, with full jitter. */
export const CLOSE = {"UNAUTHENTICATED": 4401, "REVOKED": 4402, "FORBIDDEN_ORIGIN": 4403, "UNSUPPORTED_PROTOCOL": 4404, "BAD_FRAME": 4405, "FRAME_TOO_LARGE": 4406, "HELLO_TIMEOUT": 4501, "HALF_OPEN": 4502, "DRAIN": 4601, "OVERLOADED": 4602, "SLOW_READER": 4603, "TOO_MANY": 4604} as const;

export type Visibility = "all" | "customer" | "staff";

export type Role = "adviser" | "customer" | "designer" | "friend" | "guide" | "manager" | "owner" | "recipient" | "system";
