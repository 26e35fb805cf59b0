/** Time that moves when a test says so. */
import type { Clock } from "../src/clock.ts";

interface Due {
  at: number;
  order: number;
  action: () => void;
}

export class VirtualClock implements Clock {
  private due: Due[] = [];
  private order = 0;

  constructor(private time = 1_760_000_000_000) {}

  now(): number {
    return this.time;
  }

  after(delayMs: number, action: () => void): () => void {
    const entry = { at: this.time + delayMs, order: this.order++, action };
    this.due.push(entry);
    return () => {
      this.due = this.due.filter((each) => each !== entry);
    };
  }

  /** Runs everything that falls due in the next `ms`, in order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.due.filter((each) => each.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.due = this.due.filter((each) => each !== next);
      this.time = next.at;
      next.action();
    }
    this.time = end;
  }

  get pending(): number {
    return this.due.length;
  }
}

/** Lets promises that are ready run on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** The same, for IndexedDB, whose transactions end in tasks of their own. */
export async function tasksDone(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
