/**
 * Messages on their way: kept in IndexedDB before anything is sent, deleted only after the server's word.
 *
 * Decides what is sent when. Any tab writes; only the tab that holds the connection sends (`setSender`). Sending
 * twice is harmless by the protocol (same `cid`, same ack) and still does not happen while one tab leads.
 */

import { newCid } from "../cid.ts";
import type { Clock } from "../clock.ts";
import { fullJitterMs } from "../connection/backoff.ts";
import { Emitter } from "../emitter.ts";
import { asProblem } from "../http/problem.ts";
import type { Storage } from "../storage/database.ts";
import type { UploadedFile } from "../uploads.ts";
import type { ClientFrame, ServerFrame } from "../wire.ts";
import type { Attachment, Outgoing, Progress, Waiting } from "./entry.ts";
import { inOrder, nextToSend, nextToUpload } from "./entry.ts";

export interface OutboxPorts {
  clock: Clock;
  random(): number;
  storage: Storage;
  post(frame: ClientFrame): boolean;
  upload(entry: Outgoing, attachment: Attachment, report: UploadReport): Promise<UploadedFile>;
  /** Tells the other tabs. */
  announce(news: OutboxNews): void;
}

export interface UploadReport {
  begun(uploadId: string): void;
  moved(sent: number, total: number): void;
  signal: AbortSignal;
}

/** What one tab tells the others; `null` progress: the entry is gone, absent: read it from the storage. */
export type OutboxNews = { cid: string; progress?: Progress | null };

export interface Draft {
  conv: string;
  kind: string;
  body: Record<string, unknown>;
  vis?: string;
  attachment?: Omit<Attachment, "uploadId">;
  /** The `cid` of the message that this one follows. */
  after?: string | null;
}

/** Without an answer on a live link the same frame goes out again after this long. */
export const ACK_TIMEOUT_MS = 10_000;

export class Outbox {
  readonly changed = new Emitter<void>();
  /** A message was accepted; fires once in the sending tab. */
  readonly accepted = new Emitter<{ cid: string; conv: string; seq: number }>();

  private readonly waiting = new Map<string, Waiting>();
  private readonly timers = new Map<string, () => void>();
  private readonly paused = new Map<string, () => void>();
  private readonly attempts = new Map<string, number>();
  private readonly uploads = new Map<string, AbortController>();
  private uploadHold: (() => void) | null = null;
  private uploadFailures = 0;
  private sender: { person: string } | null = null;
  private lastOrder = 0;

  constructor(private readonly ports: OutboxPorts) {}

  /** Reads what an earlier page left behind. */
  async restore(): Promise<void> {
    for (const entry of await this.ports.storage.all<Outgoing>("outbox")) {
      this.lastOrder = Math.max(this.lastOrder, entry.order);
      if (!this.waiting.has(entry.cid)) this.waiting.set(entry.cid, { entry, progress: resting(entry) });
    }
    this.changed.emit();
    this.pump();
  }

  /** Keeps the message and sends it as soon as possible. Resolves with its `cid` once it is kept. */
  async add(draft: Draft, person: string): Promise<string> {
    const entry: Outgoing = {
      cid: newCid(),
      conv: draft.conv,
      kind: draft.kind,
      body: draft.body,
      vis: draft.vis ?? "all",
      person,
      at: this.ports.clock.now(),
      order: this.nextOrder(),
      attachment: draft.attachment ? { ...draft.attachment, uploadId: null } : null,
      after: draft.after ?? null,
      refusal: null,
    };
    this.waiting.set(entry.cid, { entry, progress: { tag: "queued" } });
    this.changed.emit();
    await this.ports.storage.put("outbox", entry.cid, entry);
    this.ports.announce({ cid: entry.cid });
    this.pump();
    return entry.cid;
  }

  /** Tries a refused message again, as the same message. */
  async retry(cid: string): Promise<void> {
    const item = this.waiting.get(cid);
    if (!item || item.progress.tag !== "refused") return;
    const entry = { ...item.entry, refusal: null };
    await this.keep(entry, { tag: "queued" });
    this.pump();
  }

  /** Gives up a message that has not been accepted. It may have been, when the ack was lost: the log tells. */
  async discard(cid: string): Promise<void> {
    this.uploads.get(cid)?.abort();
    await this.forget(cid);
    this.pump();
  }

  /** Messages of `conv` in the order of writing. */
  of(conv: string): Waiting[] {
    return [...this.waiting.values()].filter((item) => item.entry.conv === conv).sort((a, b) => inOrder(a.entry, b.entry));
  }

  get size(): number {
    return this.waiting.size;
  }

  /** This tab sends for `person`, or no longer sends (`null`). Called at every welcome and loss of the link. */
  setSender(person: string | null): void {
    this.sender = person === null ? null : { person };
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    for (const [cid, item] of this.waiting) {
      if (item.progress.tag === "sending") this.waiting.set(cid, { ...item, progress: { tag: "queued" } });
    }
    if (person === null) for (const controller of this.uploads.values()) controller.abort();
    this.changed.emit();
    this.pump();
  }

  /** Entries of `before` belong to `after` from now on: a visitor became a known customer. */
  async adopt(before: string, after: string): Promise<void> {
    for (const { entry, progress } of [...this.waiting.values()]) {
      if (entry.person === before) await this.keep({ ...entry, person: after }, progress);
    }
    this.pump();
  }

  /** The log of `conv` has reached `head`: what was acked up to there is drawn from the log now. */
  settle(conv: string, head: number, cids: ReadonlySet<string>): void {
    for (const { entry, progress } of [...this.waiting.values()]) {
      if (entry.conv !== conv) continue;
      if (cids.has(entry.cid) || (progress.tag === "acked" && progress.seq <= head)) void this.forget(entry.cid);
    }
  }

  receive(frame: ServerFrame): void {
    if (frame.t === "ack") void this.acked(frame.cid, frame.seq, frame.at);
    else if (frame.t === "refuse") void this.refused(frame);
  }

  /** News from another tab. */
  async hear(news: OutboxNews): Promise<void> {
    const item = this.waiting.get(news.cid);
    if (news.progress === null) {
      this.clearTimer(news.cid);
      this.waiting.delete(news.cid);
    } else if (news.progress && item) {
      this.waiting.set(news.cid, { ...item, progress: news.progress });
    } else {
      const entry = await this.ports.storage.get<Outgoing>("outbox", news.cid);
      if (entry) {
        this.lastOrder = Math.max(this.lastOrder, entry.order);
        this.waiting.set(entry.cid, { entry, progress: news.progress ?? resting(entry) });
      }
    }
    this.changed.emit();
    this.pump();
  }

  /** A hybrid clock: near this machine's time, and always after whatever any tab has written so far. */
  private nextOrder(): number {
    this.lastOrder = Math.max(this.lastOrder + 1, this.ports.clock.now());
    return this.lastOrder;
  }

  private pump(): void {
    if (!this.sender) return;
    const { person } = this.sender;
    for (const entry of nextToSend(this.waiting, person, new Set(this.paused.keys()))) this.send(entry);
    const file = this.uploadHold ? null : nextToUpload(this.waiting.values(), person);
    if (file) void this.uploadThenSend(file);
  }

  private send(entry: Outgoing): void {
    const { cid, conv, kind, body, vis } = entry;
    if (!this.ports.post({ t: "send", conv, cid, kind, body, vis })) return;
    this.show(cid, { tag: "sending" });
    this.clearTimer(cid);
    this.timers.set(cid, this.ports.clock.after(ACK_TIMEOUT_MS, () => {
      if (this.waiting.get(cid)?.progress.tag !== "sending") return;
      this.show(cid, { tag: "queued" });
      this.pump();
    }));
  }

  private async acked(cid: string, seq: number, at: number): Promise<void> {
    const item = this.waiting.get(cid);
    if (!item || item.progress.tag === "acked") return;
    this.clearTimer(cid);
    this.attempts.delete(item.entry.conv);
    this.show(cid, { tag: "acked", seq, at });
    this.accepted.emit({ cid, conv: item.entry.conv, seq });
    this.pump();
    await this.ports.storage.delete("outbox", cid);
  }

  private async refused(frame: Extract<ServerFrame, { t: "refuse" }>): Promise<void> {
    const item = this.waiting.get(frame.cid);
    if (!item || item.progress.tag === "acked") return;
    this.clearTimer(frame.cid);
    if (frame.retryable) {
      this.pause(item.entry.conv, frame.retry_after_ms ?? null);
      return this.show(frame.cid, { tag: "queued" });
    }
    await this.refuse(item.entry, { code: frame.code, message: frame.message, retryable: false });
    this.pump();
  }

  private async refuse(entry: Outgoing, refusal: NonNullable<Outgoing["refusal"]>): Promise<void> {
    await this.keep({ ...entry, refusal }, { tag: "refused", refusal });
  }

  /** Holds a conversation back for as long as the server said, or a growing random while. */
  private pause(conv: string, waitMs: number | null): void {
    const attempt = this.attempts.get(conv) ?? 0;
    this.attempts.set(conv, attempt + 1);
    this.paused.get(conv)?.();
    const cancel = this.ports.clock.after(waitMs ?? fullJitterMs(attempt, this.ports.random()), () => {
      this.paused.delete(conv);
      this.pump();
    });
    this.paused.set(conv, cancel);
  }

  private async uploadThenSend(entry: Outgoing): Promise<void> {
    const attachment = entry.attachment;
    if (!attachment) return;
    const controller = new AbortController();
    this.uploads.set(entry.cid, controller);
    this.show(entry.cid, { tag: "uploading", sent: 0, total: attachment.blob.size });
    try {
      const file = await this.ports.upload(entry, attachment, this.report(entry, attachment, controller.signal));
      if (controller.signal.aborted) return;
      this.uploadFailures = 0;
      await this.keep({ ...entry, body: completed(entry, file), attachment: null }, { tag: "queued" });
    } catch (error) {
      await this.uploadFailed(entry, error, controller.signal.aborted);
    } finally {
      this.uploads.delete(entry.cid);
      this.pump();
    }
  }

  private report(entry: Outgoing, attachment: Attachment, signal: AbortSignal): UploadReport {
    return {
      signal,
      begun: (uploadId) => {
        attachment.uploadId = uploadId;
        void this.ports.storage.put("outbox", entry.cid, entry);
      },
      moved: (sent, total) => {
        if (!signal.aborted) this.show(entry.cid, { tag: "uploading", sent, total });
      },
    };
  }

  private async uploadFailed(entry: Outgoing, error: unknown, aborted: boolean): Promise<void> {
    if (!this.waiting.has(entry.cid)) return;
    const problem = asProblem(error);
    if (aborted || problem.retryable) {
      if (!aborted) this.holdUploads(problem.retryAfterMs);
      return this.show(entry.cid, { tag: "queued" });
    }
    await this.refuse(entry, { code: problem.code, message: problem.detail, retryable: false });
  }

  private holdUploads(waitMs: number | null): void {
    const ms = waitMs ?? 250 + fullJitterMs(this.uploadFailures++, this.ports.random());
    this.uploadHold = this.ports.clock.after(ms, () => {
      this.uploadHold = null;
      this.pump();
    });
  }

  private async keep(entry: Outgoing, progress: Progress): Promise<void> {
    if (!this.waiting.has(entry.cid)) return;
    this.waiting.set(entry.cid, { entry, progress });
    this.changed.emit();
    await this.ports.storage.put("outbox", entry.cid, entry);
    this.ports.announce({ cid: entry.cid });
  }

  private show(cid: string, progress: Progress): void {
    const item = this.waiting.get(cid);
    if (!item) return;
    this.waiting.set(cid, { ...item, progress });
    this.ports.announce({ cid, progress });
    this.changed.emit();
  }

  private async forget(cid: string): Promise<void> {
    this.clearTimer(cid);
    if (!this.waiting.delete(cid)) return;
    this.changed.emit();
    this.ports.announce({ cid, progress: null });
    // Its event may come before its ack: the next one must not wait for an ack that finds nothing any more.
    this.pump();
    await this.ports.storage.delete("outbox", cid);
  }

  private clearTimer(cid: string): void {
    this.timers.get(cid)?.();
    this.timers.delete(cid);
  }
}

function resting(entry: Outgoing): Progress {
  return entry.refusal ? { tag: "refused", refusal: entry.refusal } : { tag: "queued" };
}

/** The message's body with what only the server knows of the file. */
function completed(entry: Outgoing, file: UploadedFile): Record<string, unknown> {
  const body: Record<string, unknown> = { ...entry.body, file: file.id };
  if (entry.kind === "picture") return { ...body, width: file.width ?? 0, height: file.height ?? 0 };
  if (entry.kind === "voice") return { ...body, duration_ms: file.duration_ms ?? 0, waveform: file.waveform ?? [] };
  return { ...body, name: file.name, size_bytes: file.size, media_type: file.media_type };
}
