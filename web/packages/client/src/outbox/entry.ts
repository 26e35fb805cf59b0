/** What waits to be sent, and the pure choice of what goes next. */

/** A file that must be uploaded before its message can be sent. Kept whole, so that a reload loses nothing. */
export interface Attachment {
  purpose: "picture" | "voice" | "file";
  blob: Blob;
  name: string;
  mediaType: string;
  /** The upload that was begun; resumed after a cut or a reload. */
  uploadId: string | null;
}

export interface Outgoing {
  cid: string;
  conv: string;
  kind: string;
  /** Complete, or to be completed from the uploaded file when `attachment` is set. */
  body: Record<string, unknown>;
  vis: string;
  /** Who wrote it: another person who signs in at the same browser does not send it. */
  person: string;
  /** When it was written, by this machine's clock; for display only, for that clock may jump. */
  at: number;
  /** Later than every entry that was known when it was written: entries of one conversation go out in this order. */
  order: number;
  attachment: Attachment | null;
  /** The `cid` that this one was written to follow: words under a picture wait for the picture. */
  after: string | null;
  refusal: Refusal | null;
}

export interface Refusal {
  code: string;
  /** The server's sentence; empty when the program must say it. */
  message: string;
  retryable: boolean;
}

export type Progress =
  | { tag: "queued" }
  | { tag: "uploading"; sent: number; total: number }
  | { tag: "sending" }
  | { tag: "refused"; refusal: Refusal }
  /** Durable at the server under `seq`; kept until its event arrives by the log. */
  | { tag: "acked"; seq: number; at: number };

export interface Waiting {
  entry: Outgoing;
  progress: Progress;
}

export function inOrder(a: Outgoing, b: Outgoing): number {
  return a.order - b.order || (a.cid < b.cid ? -1 : 1);
}

/**
 * The entries to send now: per conversation the oldest that is complete and not refused, and none while another of
 * the same conversation is under way, so that what was written first stands first. An upload holds up only the words
 * that were written to it.
 */
export function nextToSend(waiting: ReadonlyMap<string, Waiting>, person: string, blocked: ReadonlySet<string>): Outgoing[] {
  const busy = new Set(blocked);
  const first = new Map<string, Outgoing>();
  for (const { entry, progress } of waiting.values()) {
    if (entry.person !== person) continue;
    if (progress.tag === "sending") busy.add(entry.conv);
    if (progress.tag !== "queued" || entry.attachment || isUnderWay(waiting.get(entry.after ?? ""))) continue;
    const other = first.get(entry.conv);
    if (!other || inOrder(entry, other) < 0) first.set(entry.conv, entry);
  }
  return [...first.values()].filter((entry) => !busy.has(entry.conv)).sort(inOrder);
}

function isUnderWay(item: Waiting | undefined): boolean {
  return item !== undefined && item.progress.tag !== "acked" && item.progress.tag !== "refused";
}

/** The next file to upload: one at a time, oldest first, none while one is under way. */
export function nextToUpload(waiting: Iterable<Waiting>, person: string): Outgoing | null {
  let first: Outgoing | null = null;
  for (const { entry, progress } of waiting) {
    if (entry.person !== person || !entry.attachment) continue;
    if (progress.tag === "uploading") return null;
    if (progress.tag === "queued" && (first === null || inOrder(entry, first) < 0)) first = entry;
  }
  return first;
}
