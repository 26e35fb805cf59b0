/**
 * One's own read and delivered marks: only forward, gathered for a moment, repeated until the server confirms.
 */

import type { Clock } from "../clock.ts";
import type { ClientFrame, ServerFrame } from "../wire.ts";

interface Mark {
  read: number;
  delivered: number;
}

export interface CursorPorts {
  clock: Clock;
  person(): string | null;
  post(frame: ClientFrame): boolean;
}

/** Marks that come close together travel as one frame. */
export const GATHER_MS = 250;
/** An unconfirmed mark is sent again after this long. */
export const REPEAT_MS = 15_000;

export class Cursors {
  private readonly wanted = new Map<string, Mark>();
  private readonly confirmed = new Map<string, Mark>();
  private cancel: (() => void) | null = null;

  constructor(private readonly ports: CursorPorts) {}

  read(conv: string, seq: number): void {
    this.move(conv, { read: seq, delivered: seq });
  }

  delivered(conv: string, seq: number): void {
    this.move(conv, { read: 0, delivered: seq });
  }

  /** What the server already knows, from a snapshot; saves a frame. */
  known(conv: string, mark: Mark): void {
    this.confirmed.set(conv, furthest(this.confirmed.get(conv), mark));
  }

  /** The link is live again: whatever is not confirmed goes out at once. */
  flush(): void {
    this.cancel?.();
    this.cancel = null;
    for (const [conv, mark] of this.wanted) {
      if (!covers(this.confirmed.get(conv), mark)) this.ports.post({ t: "cursor", conv, ...mark });
    }
    if (this.pending()) this.schedule(REPEAT_MS);
  }

  receive(frame: ServerFrame): void {
    if (frame.t === "evicted") this.wanted.delete(frame.conv);
    if (frame.t !== "cursor" || frame.who !== this.ports.person()) return;
    this.known(frame.conv, frame);
    const wanted = this.wanted.get(frame.conv);
    if (wanted && covers(this.confirmed.get(frame.conv), wanted)) this.wanted.delete(frame.conv);
  }

  private move(conv: string, mark: Mark): void {
    const before = this.wanted.get(conv);
    const next = furthest(before, mark);
    if (covers(this.confirmed.get(conv), next) || (before && covers(before, next))) return;
    this.wanted.set(conv, next);
    this.cancel?.();
    this.schedule(GATHER_MS);
  }

  private schedule(ms: number): void {
    this.cancel = this.ports.clock.after(ms, () => this.flush());
  }

  private pending(): boolean {
    return [...this.wanted].some(([conv, mark]) => !covers(this.confirmed.get(conv), mark));
  }
}

function furthest(a: Mark | undefined, b: Mark): Mark {
  return { read: Math.max(a?.read ?? 0, b.read), delivered: Math.max(a?.delivered ?? 0, b.delivered) };
}

function covers(a: Mark | undefined, b: Mark): boolean {
  return a !== undefined && a.read >= b.read && a.delivered >= b.delivered;
}
