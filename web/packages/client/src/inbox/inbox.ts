/**
 * One owner's list of conversations (`q:<shop>` or `p:<person>`): pages over HTTP, changes by contiguous revisions.
 *
 * Decides what is newer. It must not sort for a screen or know a socket.
 */

import { Emitter } from "../emitter.ts";
import type { Problem } from "../http/problem.ts";
import { asProblem } from "../http/problem.ts";
import type { ClientFrame, InboxEntry, ServerFrame } from "../wire.ts";
import { entriesOf } from "../wire.ts";

export interface InboxPage {
  owner: string;
  rev: number;
  items: InboxEntry[];
  next_cursor: string | null;
}

export interface InboxPorts {
  loadPage(owner: string, cursor: string | null): Promise<InboxPage>;
  post(frame: ClientFrame): void;
}

export type InboxState = { tag: "loading" } | { tag: "ready"; more: boolean } | { tag: "failed"; problem: Problem };

export class InboxStore {
  readonly entries = new Map<string, InboxEntry>();
  readonly changed = new Emitter<void>();
  /** Entries that changed while somebody was following; not those of a loaded page. */
  readonly moved = new Emitter<readonly InboxEntry[]>();
  state: InboxState = { tag: "loading" };

  private rev: number | null = null;
  private cursor: string | null = null;
  /** Conversations that left, with the revision of their leaving: a page read earlier must not bring them back. */
  private readonly gone = new Map<string, number>();
  private loading: Promise<void> | null = null;

  constructor(
    readonly owner: string,
    private readonly ports: InboxPorts,
  ) {}

  /** The revision to resume from; `null` until the first page is there. */
  position(): number | null {
    return this.rev;
  }

  load(): Promise<void> {
    this.loading ??= this.loadFirst().finally(() => (this.loading = null));
    return this.loading;
  }

  /** Loads the next page, if there is one. */
  loadMore(): Promise<void> {
    if (this.state.tag !== "ready" || !this.state.more) return Promise.resolve();
    this.loading ??= this.loadPage(this.cursor).finally(() => (this.loading = null));
    return this.loading;
  }

  receive(frame: ServerFrame): void {
    if (frame.t === "inbox_resync" && frame.owner === this.owner) {
      void this.load();
      return;
    }
    if (frame.t !== "inbox" || frame.owner !== this.owner || this.rev === null) return;
    if (frame.to <= this.rev) return;
    if (frame.from !== this.rev + 1) {
      this.ports.post({ t: "watch", owner: this.owner, after: this.rev });
      return;
    }
    const entries = entriesOf(frame.list);
    for (const entry of entries) this.apply(entry);
    this.rev = frame.to;
    this.changed.emit();
    if (entries.length > 0) this.moved.emit(entries);
  }

  private async loadFirst(): Promise<void> {
    const before = new Set(this.entries.keys());
    const startedAt = this.rev;
    try {
      const page = await this.ports.loadPage(this.owner, null);
      // A fresh start: what is not confirmed by this or a later page may have left while nobody was listening.
      if (startedAt !== null) for (const conv of before) this.entries.delete(conv);
      this.gone.clear();
      this.rev = page.rev;
      this.take(page);
      this.ports.post({ t: "watch", owner: this.owner, after: page.rev });
    } catch (error) {
      this.state = { tag: "failed", problem: asProblem(error) };
    }
    this.changed.emit();
  }

  private async loadPage(cursor: string | null): Promise<void> {
    try {
      this.take(await this.ports.loadPage(this.owner, cursor));
    } catch (error) {
      this.state = { tag: "failed", problem: asProblem(error) };
    }
    this.changed.emit();
  }

  private take(page: InboxPage): void {
    for (const entry of page.items) this.apply(entry);
    this.cursor = page.next_cursor;
    this.state = { tag: "ready", more: page.next_cursor !== null };
  }

  private apply(entry: InboxEntry): void {
    const known = this.entries.get(entry.conv)?.rev ?? this.gone.get(entry.conv) ?? -1;
    if (entry.rev < known) return;
    if (entry.gone) {
      this.entries.delete(entry.conv);
      this.gone.set(entry.conv, entry.rev);
    } else {
      this.gone.delete(entry.conv);
      this.entries.set(entry.conv, entry);
    }
  }
}
