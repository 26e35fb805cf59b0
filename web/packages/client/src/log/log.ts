/**
 * One conversation as this reader sees it: a snapshot that events move forward, and how far it can be trusted.
 *
 * Decides when to apply, when to ask for a gap and when to start afresh. It must not draw, store or know a socket:
 * frames come in by `receive`, requests go out by the ports.
 */

import type { Clock } from "../clock.ts";
import { Emitter } from "../emitter.ts";
import type { Problem } from "../http/problem.ts";
import { asProblem } from "../http/problem.ts";
import type { ClientFrame, LogEvent, Message, ServerFrame, Snapshot } from "../wire.ts";
import { place } from "./placing.ts";
import { applyChange, indexOfSeq, isChange, moveCursor, reduceAll } from "./reducer.ts";

export type LogState =
  /** Nothing is loaded yet. */
  | { tag: "loading" }
  | { tag: "failed"; problem: Problem }
  /** The link is down or has not answered yet: what is shown may be old. */
  | { tag: "unsure" }
  /** Known to be behind: `have` of `want` missing events have arrived. */
  | { tag: "behind"; have: number; want: number }
  | { tag: "current" }
  | { tag: "evicted"; code: string };

export interface LogPorts {
  clock: Clock;
  loadSnapshot(conv: string): Promise<Snapshot>;
  loadBefore(conv: string, before: number, limit: number): Promise<{ items: readonly Message[]; more: boolean }>;
  post(frame: ClientFrame): void;
}

/** An unanswered request for events is repeated after this long; the ping of the link finds a dead one sooner. */
export const ASK_AGAIN_MS = 5_000;
export const PAGE = 50;

export class ConversationLog {
  snapshot: Snapshot | null = null;
  state: LogState = { tag: "loading" };
  /** Fires after `snapshot` or `state` changed. */
  readonly changed = new Emitter<void>();
  /** Events that just became visible, in order; not those of a snapshot. */
  readonly arrived = new Emitter<readonly LogEvent[]>();

  private live = false;
  private loading: Promise<void> | null = null;
  private older: Promise<void> | null = null;
  private changesWhilePaging: LogEvent[] | null = null;
  private caughtFrom: number | null = null;
  private serverHead = 0;
  private cancelAsk: (() => void) | null = null;
  private closed = false;

  constructor(
    readonly conv: string,
    private readonly ports: LogPorts,
    snapshot: Snapshot | null = null,
  ) {
    if (snapshot) this.adopt(snapshot);
  }

  /** Where this log stands: what a returning connection resumes from. `null` until something is loaded. */
  position(): [epoch: number, seq: number] | null {
    return this.snapshot ? [this.snapshot.epoch, this.snapshot.head] : null;
  }

  /** Loads the snapshot unless it is there. A refusal ends in the state `failed`, never in a rejection. */
  load(): Promise<void> {
    this.loading ??= this.reload().finally(() => (this.loading = null));
    return this.loading;
  }

  /** The link is live (again) and the caller has subscribed, or it is down. */
  setLive(live: boolean): void {
    this.live = live;
    if (this.state.tag === "evicted" || this.state.tag === "failed") return;
    if (!this.snapshot) return;
    this.caughtFrom = this.snapshot.head;
    this.serverHead = Math.max(this.serverHead, this.snapshot.head);
    this.become({ tag: "unsure" });
    if (live) this.watchForAnswer();
    else this.stopAsking();
  }

  receive(frame: ServerFrame): void {
    if (this.closed) return;
    switch (frame.t) {
      case "events":
        if (frame.conv === this.conv) this.receiveEvents(frame.epoch, frame.from, frame.to, frame.list);
        return;
      case "resync":
        if (frame.conv === this.conv) this.startAfresh();
        return;
      case "evicted":
        if (frame.conv === this.conv) this.evict(frame.code);
        return;
      case "cursor":
        if (frame.conv === this.conv && this.snapshot) {
          this.replace(moveCursor(this.snapshot, frame.who, frame.read, frame.delivered));
        }
        return;
      case "ping":
      case "pong":
        return this.compareHeads(frame.heads[this.conv]);
      default:
        return;
    }
  }

  /** Loads the page before the oldest message. Resolves when it is there; does nothing when there is none. */
  loadOlder(limit = PAGE): Promise<void> {
    this.older ??= this.pageBack(limit).finally(() => {
      this.older = null;
      this.changesWhilePaging = null;
    });
    return this.older;
  }

  find(seq: number): Message | undefined {
    const messages = this.snapshot?.messages ?? [];
    return messages[indexOfSeq(messages, seq)];
  }

  close(): void {
    this.closed = true;
    this.stopAsking();
    this.changed.clear();
    this.arrived.clear();
  }

  private receiveEvents(epoch: number, from: number, to: number, list: readonly LogEvent[]): void {
    const snapshot = this.snapshot;
    if (!snapshot) return;
    switch (place({ epoch: snapshot.epoch, seq: snapshot.head }, { epoch, from, to })) {
      case "foreign":
        return this.startAfresh();
      case "gap":
        this.learnHead(to);
        return this.ask();
      case "known":
        return this.settle(to);
      case "next":
        this.snapshot = reduceAll(snapshot, list, to);
        this.changesWhilePaging?.push(...list.filter((event) => isChange(event.kind)));
        this.settle(to);
        this.changed.emit();
        this.tell(list.filter((event) => event.seq > snapshot.head));
    }
  }

  private tell(events: readonly LogEvent[]): void {
    if (events.length > 0) this.arrived.emit(events);
  }

  /** An answer arrived: decides between `behind` and `current`. */
  private settle(to: number): void {
    if (!this.live || !this.snapshot) return;
    this.learnHead(to);
    if (this.snapshot.head < this.serverHead) return this.showProgress();
    this.stopAsking();
    this.caughtFrom = null;
    this.become({ tag: "current" });
  }

  private learnHead(head: number): void {
    this.serverHead = Math.max(this.serverHead, head);
  }

  private compareHeads(head: number | undefined): void {
    if (head === undefined || !this.snapshot || !this.live) return;
    this.learnHead(head);
    if (head > this.snapshot.head) this.ask();
  }

  private ask(): void {
    if (!this.snapshot || this.state.tag === "evicted") return;
    this.showProgress();
    this.ports.post({ t: "sub", conv: this.conv, epoch: this.snapshot.epoch, after: this.snapshot.head });
    this.watchForAnswer();
  }

  private showProgress(): void {
    const head = this.snapshot?.head ?? 0;
    this.caughtFrom ??= head;
    this.become({ tag: "behind", have: head - this.caughtFrom, want: this.serverHead - this.caughtFrom });
  }

  private watchForAnswer(): void {
    this.stopAsking();
    this.cancelAsk = this.ports.clock.after(ASK_AGAIN_MS, () => {
      if (this.live && this.state.tag !== "current") this.ask();
    });
  }

  private stopAsking(): void {
    this.cancelAsk?.();
    this.cancelAsk = null;
  }

  private startAfresh(): void {
    this.stopAsking();
    void this.load();
  }

  private async reload(): Promise<void> {
    try {
      const snapshot = await this.ports.loadSnapshot(this.conv);
      if (this.closed) return;
      this.adopt(snapshot);
      this.changed.emit();
      if (this.live) this.ask();
    } catch (error) {
      if (this.closed) return;
      const problem = asProblem(error);
      if (this.snapshot && problem.retryable) this.watchForAnswer();
      else this.become({ tag: "failed", problem });
    }
  }

  private adopt(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.serverHead = snapshot.head;
    this.caughtFrom = null;
    this.state = { tag: "unsure" };
  }

  private evict(code: string): void {
    this.stopAsking();
    this.become({ tag: "evicted", code });
  }

  private async pageBack(limit: number): Promise<void> {
    const oldest = this.snapshot?.messages[0];
    if (!this.snapshot?.more || !oldest) return;
    this.changesWhilePaging = [];
    const epoch = this.snapshot.epoch;
    const page = await this.ports.loadBefore(this.conv, oldest.seq, limit);
    if (this.closed || this.snapshot?.epoch !== epoch || this.snapshot.messages[0] !== oldest) return;
    // The page may have been read before a change that this log has already passed; applying it twice is harmless.
    let items = page.items;
    for (const change of this.changesWhilePaging ?? []) items = applyChange(items, change);
    this.replace({ ...this.snapshot, messages: [...items, ...this.snapshot.messages], more: page.more });
  }

  private replace(snapshot: Snapshot): void {
    if (snapshot === this.snapshot) return;
    this.snapshot = snapshot;
    this.changed.emit();
  }

  private become(state: LogState): void {
    this.state = state;
    this.changed.emit();
  }
}
