/** Inbox, drafts, marks, signs, uploads and addresses: each before a server or a browser that misbehaves. */
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";

import { Drafts, NOTHING } from "../src/drafts.ts";
import { FileLinks } from "../src/files.ts";
import { Api } from "../src/http/api.ts";
import { Problem } from "../src/http/problem.ts";
import { type InboxPage, InboxStore } from "../src/inbox/inbox.ts";
import { Cursors, GATHER_MS, REPEAT_MS } from "../src/signals/cursors.ts";
import { Signals, TYPING_EVERY_MS, TYPING_LASTS_MS } from "../src/signals/signals.ts";
import { openStorage } from "../src/storage/database.ts";
import { Uploads } from "../src/uploads.ts";
import type { ClientFrame, InboxEntry } from "../src/wire.ts";
import { settled, VirtualClock } from "./virtual.ts";

const row = (conv: string, rev: number, more: Partial<InboxEntry> = {}): InboxEntry => ({ conv, rev, shop: "shp", ...more });

describe("an inbox", () => {
  async function open(pages: InboxPage[]) {
    const posted: ClientFrame[] = [];
    const store = new InboxStore("p:a", { post: (frame) => void posted.push(frame), loadPage: async () => pages.shift()! });
    await store.load();
    return { store, posted };
  }
  const page = (rev: number, items: InboxEntry[], next: string | null = null): InboxPage => ({ owner: "p:a", rev, items, next_cursor: next });

  it("applies changes that follow, asks for those between, passes over those known", async () => {
    const { store, posted } = await open([page(5, [row("a", 5)])]);
    store.receive({ t: "inbox", owner: "p:a", from: 6, to: 6, list: [row("b", 6)] });
    expect([...store.entries.keys()]).toEqual(["a", "b"]);
    store.receive({ t: "inbox", owner: "p:a", from: 9, to: 9, list: [row("c", 9)] });
    expect(posted.at(-1)).toEqual({ t: "watch", owner: "p:a", after: 6 });
    expect(store.entries.has("c")).toBe(false);
    store.receive({ t: "inbox", owner: "p:a", from: 2, to: 6, list: [row("a", 3, { title: "old" })] });
    expect(store.entries.get("a")?.title).toBeUndefined();
  });

  it("is not made older by a later page, and does not bring back what left", async () => {
    const { store } = await open([page(9, [row("a", 9, { title: "new" })], "x"), page(9, [row("a", 4, { title: "old" }), row("gone", 3)])]);
    store.receive({ t: "inbox", owner: "p:a", from: 10, to: 10, list: [row("gone", 10, { gone: true })] });
    await store.loadMore();
    expect(store.entries.get("a")?.title).toBe("new");
    expect(store.entries.has("gone")).toBe(false);
    expect(store.state).toEqual({ tag: "ready", more: false });
  });

  it("starts afresh at a resync", async () => {
    const { store, posted } = await open([page(5, [row("a", 5)]), page(90, [row("b", 90)])]);
    store.receive({ t: "inbox_resync", owner: "p:a", rev: 90 });
    await settled();
    expect([...store.entries.keys()]).toEqual(["b"]);
    expect(posted.at(-1)).toEqual({ t: "watch", owner: "p:a", after: 90 });
  });
});

describe("drafts", () => {
  it("survive the page, per conversation, at the newest keystroke", async () => {
    const factory = new IDBFactory();
    const drafts = new Drafts(await openStorage("t", factory));
    void drafts.set("a", { ...NOTHING, text: "你" });
    void drafts.set("a", { ...NOTHING, text: "你好" });
    await drafts.set("b", { ...NOTHING, text: "另一位", note: true });
    await drafts.set("a", { ...NOTHING, text: "你好呀" });
    const later = new Drafts(await openStorage("t", factory));
    expect((await later.get("a")).text).toBe("你好呀");
    expect(await later.get("b")).toMatchObject({ text: "另一位", note: true });
    await later.set("a", NOTHING);
    expect(await new Drafts(await openStorage("t", factory)).get("a")).toEqual(NOTHING);
  });

  it("live in memory, and say so, where a browser keeps nothing", async () => {
    expect((await openStorage("t", undefined)).durable).toBe(typeof indexedDB !== "undefined");
    const refusing = { open: () => { throw new DOMException("no", "SecurityError"); } } as unknown as IDBFactory;
    expect((await openStorage("t", refusing)).durable).toBe(false);
  });
});

describe("marks", () => {
  function open() {
    const clock = new VirtualClock();
    const posted: ClientFrame[] = [];
    const cursors = new Cursors({ clock, person: () => "me", post: (frame) => (posted.push(frame), true) });
    return { clock, posted, cursors };
  }

  it("are gathered, only go forward, and are repeated until the server confirms", () => {
    const { clock, posted, cursors } = open();
    cursors.delivered("c", 3);
    cursors.read("c", 5);
    cursors.read("c", 4);
    clock.advance(GATHER_MS);
    expect(posted).toEqual([{ t: "cursor", conv: "c", read: 5, delivered: 5 }]);
    clock.advance(REPEAT_MS);
    expect(posted).toHaveLength(2);
    cursors.receive({ t: "cursor", conv: "c", who: "me", read: 5, delivered: 5 });
    clock.advance(10 * REPEAT_MS);
    expect(posted).toHaveLength(2);
    cursors.read("c", 5);
    clock.advance(GATHER_MS);
    expect(posted).toHaveLength(2);
  });
});

describe("signs", () => {
  function open() {
    const clock = new VirtualClock();
    const posted: ClientFrame[] = [];
    const signals = new Signals({ clock, person: () => "me", post: (frame) => (posted.push(frame), true) });
    return { clock, posted, signals };
  }

  it("are sent sparingly while somebody types", () => {
    const { clock, posted, signals } = open();
    for (let key = 0; key < 10; key++) signals.typing("c");
    expect(posted).toHaveLength(1);
    clock.advance(TYPING_EVERY_MS);
    signals.typing("c");
    expect(posted).toHaveLength(2);
    signals.typingStopped("c");
    signals.typingStopped("c");
    expect(posted.at(-1)).toMatchObject({ body: { on: false } });
    expect(posted).toHaveLength(3);
  });

  it("are believed for their time, and a message ends typing", () => {
    const { clock, signals } = open();
    const typing = { t: "signal", conv: "c", who: "b", kind: "typing", body: { on: true } } as const;
    signals.receive(typing);
    expect([...signals.of("c").typing]).toEqual(["b"]);
    clock.advance(TYPING_LASTS_MS);
    expect([...signals.of("c").typing]).toEqual([]);
    signals.receive(typing);
    signals.receive({ t: "events", conv: "c", epoch: 1, from: 1, to: 1, list: [{ seq: 1, kind: "text", actor: "b", cid: "x", at: 1, body: {} }] });
    expect([...signals.of("c").typing]).toEqual([]);
  });

  it("of one's own other tabs are not shown; nonsense is not believed", () => {
    const { signals } = open();
    signals.receive({ t: "signal", conv: "c", who: "me", kind: "typing", body: { on: true } });
    signals.receive({ t: "signal", conv: "c", who: "b", kind: "viewing", body: { product: 7 } });
    signals.receive({ t: "signal", conv: "c", who: "b", kind: "presence", body: null });
    expect(signals.of("c")).toEqual({ typing: new Set(), online: new Set(), viewing: new Map() });
  });

  it("of what is looked at go on until it is nothing", () => {
    const { posted, signals } = open();
    signals.view("c", { id: "p1", title: "镜子" });
    signals.view("c", null);
    expect(posted.map((frame) => (frame as { body: unknown }).body)).toEqual([{ product: "p1", title: "镜子" }, { product: null }]);
  });
});

describe("an upload", () => {
  it("goes on from the server's offset after the network failed, and finishes once", async () => {
    const clock = new VirtualClock();
    const kept: number[] = [];
    const calls: string[] = [];
    let failing = 2;
    const fetch = async (url: string, { method, body }: { method: string; body?: Blob }): Promise<Response> => {
      calls.push(`${method} ${url}`);
      const size = kept.reduce((sum, each) => sum + each, 0);
      if (method === "PATCH") {
        if (size > 0 && failing-- > 0) throw new TypeError("network");
        kept.push(body!.size);
        return Response.json({ offset: size + body!.size });
      }
      if (method === "HEAD") return new Response(null, { headers: { "Upload-Offset": String(size) } });
      if (url.endsWith("/finish")) return Response.json({ file: { id: "fil_1", kind: "file", name: "a", size, media_type: "x" } });
      return Response.json({ id: "upl_1", offset: 0, chunk_bytes: 4 });
    };
    const api = new Api({ base: "/api/v1", language: () => "zh-CN", cookies: () => "liyu_csrf=t", fetch: fetch as unknown as typeof globalThis.fetch });
    const moved: number[] = [];
    const running = new Uploads(api, clock, () => 0.5).upload({
      purpose: "file",
      conversation: "c",
      blob: new Blob(["0123456789"]),
      name: "a",
      mediaType: "x",
      uploadId: null,
      signal: new AbortController().signal,
      begun: () => undefined,
      moved: (sent) => void moved.push(sent),
    });
    for (let turn = 0; turn < 40; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      clock.advance(5_000);
    }
    expect((await running).id).toBe("fil_1");
    expect(kept).toEqual([4, 4, 2]);
    expect(moved).toEqual([...moved].sort((a, b) => a - b));
    expect(calls.filter((call) => call.endsWith("/finish"))).toHaveLength(1);
  });
});

describe("addresses of files", () => {
  it("are asked for together and again before they end", async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const fetch = async (_url: string, { body }: { body: string }): Promise<Response> => {
      asked++;
      const { files } = JSON.parse(body) as { files: string[] };
      const links = files.filter((id) => id !== "fil_x").map((id) => [id, { url: `/files/${id}`, thumb_url: null, poster_url: null, expires_at: clock.now() + 60_000 }]);
      return Response.json({ links: Object.fromEntries(links) });
    };
    const api = new Api({ base: "", language: () => "en", cookies: () => "", fetch: fetch as unknown as typeof globalThis.fetch });
    const files = new FileLinks(api, clock);
    const both = Promise.all([files.link("fil_1", "c"), files.link("fil_x", "c")]);
    clock.advance(100);
    expect((await both).map((link) => link?.url ?? null)).toEqual(["/files/fil_1", null]);
    await files.link("fil_1", "c");
    expect(asked).toBe(1);
    clock.advance(40_000);
    const again = files.link("fil_1", "c");
    clock.advance(100);
    await again;
    expect(asked).toBe(2);
  });
});

describe("a request", () => {
  const api = (answer: () => Promise<Response>): Api =>
    new Api({ base: "", language: () => "zh-CN", cookies: () => "a=b; liyu_csrf=to%3Dken", fetch: (async (_url: string, init: RequestInit) => {
      expect((init.headers as Record<string, string>)["X-CSRF-Token"]).toBe("to=ken");
      return answer();
    }) as unknown as typeof globalThis.fetch });

  it("of the desk names the desk and carries the desk's own CSRF token, the shop's neither", async () => {
    const sent: Record<string, string>[] = [];
    const options = {
      base: "",
      language: () => "zh-CN",
      cookies: () => "liyu_csrf=shop; liyu_desk_csrf=desk",
      fetch: (async (_url: string, init: RequestInit) => {
        sent.push(init.headers as Record<string, string>);
        return Response.json({});
      }) as unknown as typeof globalThis.fetch,
    };
    await new Api({ ...options, face: "desk" }).post("/x");
    await new Api({ ...options, face: "desk" }).get("/x");
    await new Api(options).post("/x");
    expect(sent.map((headers) => [headers["X-Liyu-Client"], headers["X-CSRF-Token"]])).toEqual([
      ["desk", "desk"],
      ["desk", undefined],
      [undefined, "shop"],
    ]);
  });

  it("carries the CSRF token and tells problems by their code", async () => {
    const refusing = api(async () => Response.json({ code: "x.y", detail: "不行。", retryable: true, retry_after_ms: 7 }, { status: 429 }));
    await expect(refusing.post("/x")).rejects.toMatchObject({ status: 429, code: "x.y", detail: "不行。", retryable: true, retryAfterMs: 7 });
    await expect(api(async () => new Response("<html>", { status: 502 })).post("/x")).rejects.toMatchObject({ code: "http.502", retryable: true });
    await expect(api(() => Promise.reject(new TypeError("no"))).post("/x")).rejects.toBeInstanceOf(Problem);
  });
});
