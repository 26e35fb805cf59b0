/** A log before a server that loses, doubles, delays and splits what it sends: it ends current and equal, or says not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Problem } from "../src/http/problem.ts";
import { ASK_AGAIN_MS, ConversationLog } from "../src/log/log.ts";
import { reduceAll } from "../src/log/reducer.ts";
import type { ClientFrame, EventsFrame, LogEvent, Message, Snapshot } from "../src/wire.ts";
import { settled, VirtualClock } from "./virtual.ts";

const CONV = "cnv_1";

function text(seq: number, actor = "per_b"): LogEvent {
  return { seq, kind: "text", actor, cid: `c${seq}`, at: seq, body: { text: `m${seq}` } };
}

function snapshot(head: number, from = 1): Snapshot {
  const messages: Message[] = [];
  for (let seq = from; seq <= head; seq++) messages.push(text(seq));
  return { id: CONV, shop: "shp", epoch: 1, head, members: [], messages, more: from > 1 };
}

/** A server's log; every third number is hidden from this reader. */
class Server {
  epoch = 1;
  events: LogEvent[] = [];
  head = 0;

  grow(): void {
    this.head++;
    if (this.head % 3 === 0) return;
    const target = this.events.find((event) => event.kind === "text");
    const edit = this.head % 5 === 0 && target;
    this.events.push(edit ? { ...text(this.head), kind: "edit", body: { target: target.seq, text: `e${this.head}` } } : text(this.head));
  }

  frame(from: number, to: number): EventsFrame {
    const list = this.events.filter((event) => event.seq >= from && event.seq <= to);
    return { t: "events", conv: CONV, epoch: this.epoch, from, to, list };
  }

  snapshot(): Snapshot {
    return reduceAll({ ...snapshot(0), epoch: this.epoch }, this.events, this.head);
  }
}

function open(first: Snapshot | null, server: Server = new Server()) {
  const clock = new VirtualClock();
  const posted: ClientFrame[] = [];
  const log = new ConversationLog(
    CONV,
    {
      clock,
      post: (frame) => void posted.push(frame),
      loadSnapshot: async () => server.snapshot(),
      loadBefore: async () => ({ items: [], more: false }),
    },
    first,
  );
  return { log, clock, posted, server };
}

describe("a log", () => {
  it("is unsure until the link has answered, then current", () => {
    const { log } = open(snapshot(3));
    expect(log.state.tag).toBe("unsure");
    log.setLive(true);
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 4, to: 3, list: [] });
    expect(log.state.tag).toBe("current");
    log.setLive(false);
    expect(log.state.tag).toBe("unsure");
  });

  it("asks for a gap from its head, shows progress, and applies nothing out of order", () => {
    const { log, posted } = open(snapshot(3));
    log.setLive(true);
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 6, to: 6, list: [text(6)] });
    expect(posted).toEqual([{ t: "sub", conv: CONV, epoch: 1, after: 3 }]);
    expect(log.state).toEqual({ tag: "behind", have: 0, want: 3 });
    expect(log.snapshot!.messages).toHaveLength(3);
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 4, to: 5, list: [text(4), text(5)] });
    expect(log.state).toEqual({ tag: "behind", have: 2, want: 3 });
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 6, to: 6, list: [text(6)] });
    expect(log.state.tag).toBe("current");
    expect(log.snapshot!.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("asks again when nobody answers", () => {
    const { log, posted, clock } = open(snapshot(3));
    log.setLive(true);
    clock.advance(ASK_AGAIN_MS);
    clock.advance(ASK_AGAIN_MS);
    expect(posted).toHaveLength(2);
  });

  it("finds silent loss by the heads of a ping", () => {
    const { log, posted } = open(snapshot(3));
    log.setLive(true);
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 4, to: 3, list: [] });
    log.receive({ t: "ping", heads: { [CONV]: 5 } });
    expect(posted).toContainEqual({ t: "sub", conv: CONV, epoch: 1, after: 3 });
    expect(log.state.tag).toBe("behind");
  });

  it("drops the snapshot at a resync or another epoch and loads it afresh", async () => {
    for (const frame of [
      { t: "resync", conv: CONV, epoch: 2, head: 4 } as const,
      { t: "events", conv: CONV, epoch: 2, from: 5, to: 5, list: [text(5)] } as const,
    ]) {
      const { log, server, posted } = open(snapshot(9));
      server.epoch = 2;
      for (let count = 0; count < 4; count++) server.grow();
      log.setLive(true);
      log.receive(frame);
      await settled();
      expect(log.snapshot).toMatchObject({ epoch: 2, head: 4 });
      expect(posted.at(-1)).toEqual({ t: "sub", conv: CONV, epoch: 2, after: 4 });
    }
  });

  it("says that it cannot be had, with the server's reason", async () => {
    const log = new ConversationLog(CONV, {
      clock: new VirtualClock(),
      post: () => undefined,
      loadSnapshot: () => Promise.reject(new Problem(404, "conversation.not_found", "没有这段对话。", false)),
      loadBefore: async () => ({ items: [], more: false }),
    });
    await log.load();
    expect(log.state).toMatchObject({ tag: "failed", problem: { code: "conversation.not_found" } });
  });

  it("ends with an eviction and keeps saying so", () => {
    const { log, posted } = open(snapshot(3));
    log.setLive(true);
    log.receive({ t: "evicted", conv: CONV, code: "access.lost" });
    log.receive({ t: "ping", heads: { [CONV]: 9 } });
    expect(log.state).toEqual({ tag: "evicted", code: "access.lost" });
    expect(posted).toEqual([]);
  });

  it("applies a change that came while the page with its target was on its way", async () => {
    let answer: (page: { items: Message[]; more: boolean }) => void = () => undefined;
    const log = new ConversationLog(
      CONV,
      {
        clock: new VirtualClock(),
        post: () => undefined,
        loadSnapshot: async () => snapshot(9),
        loadBefore: () => new Promise((resolve) => (answer = resolve)),
      },
      snapshot(9, 5),
    );
    log.setLive(true);
    const loading = log.loadOlder();
    log.receive({ t: "events", conv: CONV, epoch: 1, from: 10, to: 10, list: [{ ...text(10), kind: "recall", body: { target: 2 } }] });
    answer({ items: [1, 2, 3, 4].map((seq) => text(seq)), more: false });
    await loading;
    expect(log.find(2)?.state).toEqual({ recalled: true });
    expect(log.snapshot!.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

type Fate = "arrives" | "lost" | "doubled" | "late" | "cut";

describe("under loss, doubling, reordering and cuts", () => {
  const fates = fc.array(fc.constantFrom<Fate>("arrives", "arrives", "lost", "doubled", "late", "cut"), { minLength: 1, maxLength: 60 });

  it("never shows an event out of order or twice, and ends equal to the server", async () => {
    await fc.assert(
      fc.asyncProperty(fates, async (plan) => {
        const { log, clock, posted, server } = open(snapshot(0));
        const late: EventsFrame[] = [];
        log.setLive(true);
        const check = (): void => {
          const seqs = log.snapshot!.messages.map(({ seq }) => seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
          expect(log.snapshot!.head).toBeLessThanOrEqual(server.head);
        };
        for (const fate of plan) {
          server.grow();
          const frame = server.frame(server.head, server.head);
          if (fate === "late") late.push(frame);
          else if (fate === "cut") (log.setLive(false), log.setLive(true));
          else if (fate !== "lost") log.receive(frame);
          if (fate === "doubled") log.receive(frame);
          if (late.length > 2) log.receive(late.pop()!);
          check();
        }
        for (const frame of late) log.receive(frame);
        log.receive({ t: "ping", heads: { [CONV]: server.head } });
        for (let turn = 0; turn < 5 && log.snapshot!.head < server.head; turn++) {
          clock.advance(ASK_AGAIN_MS);
          const asked = posted.filter((each) => each.t === "sub").at(-1);
          if (asked?.t === "sub") log.receive(server.frame(asked.after + 1, server.head));
          check();
        }
        expect(log.snapshot).toEqual(server.snapshot());
        log.receive(server.frame(server.head + 1, server.head));
        expect(log.state.tag).toBe("current");
      }),
      { numRuns: 300 },
    );
  });
});
