/** Several tabs of one person: one connection, held by a living leader; nobody is left without one. */
import { describe, expect, it } from "vitest";

import type { Socket } from "../src/connection/connection.ts";
import type { Locks } from "../src/tabs/leadership.ts";
import { ANYONE_EVERY_MS, type Channel, Link, SILENCE_MS } from "../src/tabs/link.ts";
import type { ServerFrame } from "../src/wire.ts";
import { settled, VirtualClock } from "./virtual.ts";

/** Web Locks of one browser: a queue of holders, theft included. */
class FakeLocks implements Locks {
  private queue: { begin(): void; hold: () => Promise<void>; lose(): void }[] = [];

  request(_name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        hold,
        lose: () => reject(new DOMException("stolen", "AbortError")),
        begin: () => void hold().then(() => (this.leave(entry), resolve())),
      };
      options.signal?.addEventListener("abort", () => {
        if (this.queue[0] === entry) return;
        this.queue = this.queue.filter((each) => each !== entry);
        reject(new DOMException("aborted", "AbortError"));
      });
      if (options.steal) {
        const [holder, ...rest] = this.queue;
        this.queue = [entry, ...rest];
        holder?.lose();
        entry.begin();
      } else {
        this.queue.push(entry);
        if (this.queue[0] === entry) entry.begin();
      }
    });
  }

  private leave(entry: { begin(): void }): void {
    if (this.queue[0] !== entry) return;
    this.queue.shift();
    this.queue[0]?.begin();
  }
}

class Browser {
  clock = new VirtualClock();
  locks = new FakeLocks();
  sockets: FakeSocket[] = [];
  private channels = new Set<FakeChannel>();

  tab(locks: Locks | null = this.locks): Tab {
    return new Tab(this, locks);
  }

  channel(): FakeChannel {
    const made: FakeChannel = {
      frozen: false,
      onmessage: null,
      postMessage: (message) => {
        if (made.frozen) return;
        const copy = structuredClone(message);
        for (const other of this.channels) if (other !== made && !other.frozen) queueMicrotask(() => other.onmessage?.({ data: copy }));
      },
      close: () => void this.channels.delete(made),
    };
    this.channels.add(made);
    return made;
  }

  get open(): FakeSocket[] {
    return this.sockets.filter((socket) => !socket.closed);
  }
}

interface FakeChannel extends Channel {
  frozen: boolean;
}

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  closed = false;
  sent: Record<string, unknown>[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  serve(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome(): void {
    this.onopen?.();
    this.serve({ t: "welcome", proto: 1, session: "s", person: "per_a", now: 0, limits: { frame_bytes: 1, sends_per_minute: 1, subscriptions: 9, ping_interval_ms: 25_000 } });
  }

  of(kind: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["t"] === kind);
  }
}

let count = 0;

class Tab {
  readonly channel: FakeChannel;
  readonly link: Link;
  readonly frames: ServerFrame[] = [];
  visible = true;

  constructor(browser: Browser, locks: Locks | null) {
    this.channel = browser.channel();
    this.link = new Link({
      clock: browser.clock,
      locks,
      channel: this.channel,
      name: "liyu:test",
      tab: `tab${count++}`,
      visible: () => this.visible,
      connection: {
        random: () => 0.5,
        token: () => null,
        device: () => null,
        openSocket: () => {
          const socket = new FakeSocket();
          browser.sockets.push(socket);
          return socket;
        },
      },
    });
    this.link.frames.on((frame) => this.frames.push(frame));
    this.link.start();
  }
}

const events = (conv: string, seq: number): ServerFrame => ({ t: "events", conv, epoch: 1, from: seq, to: seq, list: [] });

async function pair() {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  const second = browser.tab();
  await settled();
  browser.sockets[0]!.welcome();
  await settled();
  return { browser, first, second, socket: browser.sockets[0]! };
}

describe("two tabs", () => {
  it("have one connection, and both see every frame", async () => {
    const { browser, first, second, socket } = await pair();
    expect(browser.open).toHaveLength(1);
    expect([first.link.leading, second.link.leading]).toEqual([true, false]);
    expect(second.link.state.tag).toBe("live");
    socket.serve(events("cnv_1", 1));
    await settled();
    expect(first.frames.at(-1)).toEqual(events("cnv_1", 1));
    expect(second.frames.at(-1)).toEqual(events("cnv_1", 1));
  });

  it("follow the union of what they want, from where each stands; what nobody wants any more is left", async () => {
    const { first, second, socket } = await pair();
    first.link.want({ convs: { cnv_1: [1, 5] }, owners: {} });
    second.link.want({ convs: { cnv_1: [1, 3], cnv_2: [1, 9] }, owners: { "p:a": 4 } });
    await settled();
    expect(socket.of("sub").map(({ conv, after }) => [conv, after])).toEqual([["cnv_1", 5], ["cnv_1", 3], ["cnv_2", 9]]);
    expect(socket.of("watch")).toEqual([{ t: "watch", owner: "p:a", after: 4 }]);
    second.link.want({ convs: { cnv_1: [1, 3] }, owners: { "p:a": 4 } });
    await settled();
    expect(socket.of("unsub").map(({ conv }) => conv)).toEqual(["cnv_2"]);
  });

  it("follow what was wanted between hello and welcome", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await settled();
    const socket = browser.sockets[0]!;
    tab.link.want({ convs: { cnv_1: [1, 2] }, owners: {} });
    socket.onopen?.();
    tab.link.want({ convs: { cnv_1: [1, 2], cnv_2: [1, 7] }, owners: { "p:a": 4 } });
    socket.welcome();
    expect(socket.of("sub").map(({ conv }) => conv)).toEqual(["cnv_2"]);
    expect(socket.of("watch").map(({ owner }) => owner)).toEqual(["p:a"]);
  });

  it("send through the leader", async () => {
    const { second, socket } = await pair();
    expect(second.link.post({ t: "cursor", conv: "cnv_1", read: 3, delivered: 3 })).toBe(true);
    await settled();
    expect(socket.of("cursor")).toHaveLength(1);
  });

  it("resume after a cut from as far as frames have passed", async () => {
    const { browser, first, socket } = await pair();
    first.link.want({ convs: { cnv_1: [1, 5] }, owners: { "p:a": 2 } });
    socket.serve(events("cnv_1", 6));
    socket.serve({ t: "inbox", owner: "p:a", from: 3, to: 4, list: [] });
    socket.onclose?.({ code: 1006 });
    browser.clock.advance(1_000);
    browser.sockets[1]!.onopen?.();
    expect(browser.sockets[1]!.of("hello")[0]).toMatchObject({ resume: { heads: { cnv_1: [1, 6] }, inboxes: { "p:a": 4 } } });
  });
});

describe("the lead", () => {
  it("passes on when its tab is closed, with everything that the others want", async () => {
    const { browser, first, second } = await pair();
    second.link.want({ convs: { cnv_2: [1, 9] }, owners: {} });
    await settled();
    first.link.close();
    await settled();
    expect(second.link.leading).toBe(true);
    expect(browser.open).toHaveLength(1);
    browser.open[0]!.welcome();
    expect(browser.open[0]!.of("hello")[0]).toMatchObject({ resume: { heads: { cnv_2: [1, 9] } } });
  });

  it("is taken from a tab that no longer answers, by one that is looked at", async () => {
    const { browser, first, second } = await pair();
    first.channel.frozen = true;
    browser.clock.advance(ANYONE_EVERY_MS);
    await settled();
    expect(second.link.leading).toBe(false);
    browser.clock.advance(SILENCE_MS + ANYONE_EVERY_MS);
    await settled();
    expect(second.link.leading).toBe(true);
    first.channel.frozen = false;
    await settled();
    expect(first.link.leading).toBe(false);
    expect(browser.open).toHaveLength(1);
  });

  it("is left alone by a tab that nobody sees", async () => {
    const { browser, first, second } = await pair();
    second.visible = false;
    first.channel.frozen = true;
    browser.clock.advance(10 * SILENCE_MS);
    await settled();
    expect(second.link.leading).toBe(false);
  });

  it("stays with a leader that answers", async () => {
    const { browser, first } = await pair();
    for (let turn = 0; turn < 20; turn++) {
      browser.clock.advance(ANYONE_EVERY_MS);
      await settled();
      browser.sockets[0]!.serve({ t: "pong", heads: {} });
      await settled();
    }
    expect(first.link.leading).toBe(true);
    expect(browser.sockets).toHaveLength(1);
  });

  it("is everybody's own where a browser has no locks", async () => {
    const browser = new Browser();
    const tabs = [browser.tab(null), browser.tab(null)];
    await settled();
    expect(tabs.map((tab) => tab.link.leading)).toEqual([true, true]);
    expect(browser.open).toHaveLength(2);
  });
});
