/** What is written is kept before it is sent, sent once, and gone only after the server's word. */
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";

import { networkProblem, Problem } from "../src/http/problem.ts";
import { type Draft, Outbox, type OutboxNews, type OutboxPorts, ACK_TIMEOUT_MS } from "../src/outbox/outbox.ts";
import { openStorage, type Storage } from "../src/storage/database.ts";
import type { ClientFrame } from "../src/wire.ts";
import { tasksDone, VirtualClock } from "./virtual.ts";

const ME = "per_a";
const text = (words: string, conv = "cnv_1"): Draft => ({ conv, kind: "text", body: { text: words } });
type Send = Extract<ClientFrame, { t: "send" }>;

class Bench {
  clock = new VirtualClock();
  sent: Send[] = [];
  news: OutboxNews[] = [];
  link = true;
  upload: OutboxPorts["upload"] = () => Promise.reject(networkProblem());

  constructor(readonly storage: Storage) {}

  outbox(): Outbox {
    return new Outbox({
      clock: this.clock,
      random: () => 0.5,
      storage: this.storage,
      announce: (news) => void this.news.push(news),
      upload: (entry, attachment, report) => this.upload(entry, attachment, report),
      post: (frame) => {
        if (this.link && frame.t === "send") this.sent.push(frame);
        return this.link;
      },
    });
  }

  kept(): Promise<{ cid: string }[]> {
    return this.storage.all("outbox");
  }
}

let factory: IDBFactory;
let bench: Bench;
beforeEach(async () => {
  factory = new IDBFactory();
  bench = new Bench(await openStorage("test", factory));
});

const ack = (send: Send, seq: number) => ({ t: "ack", cid: send.cid, conv: send.conv, seq, at: seq }) as const;

describe("an outbox", () => {
  it("keeps a message offline and sends it, as the same message, after a reload", async () => {
    const before = bench.outbox();
    const cid = await before.add(text("等网络"), ME);
    expect(bench.sent).toEqual([]);
    const after = bench.outbox();
    await after.restore();
    after.setSender(ME);
    expect(bench.sent.map((each) => each.cid)).toEqual([cid]);
    after.receive(ack(bench.sent[0]!, 7));
    await tasksDone();
    expect(await bench.kept()).toEqual([]);
    expect(after.of("cnv_1")[0]?.progress).toMatchObject({ tag: "acked", seq: 7 });
    after.settle("cnv_1", 7, new Set());
    expect(after.size).toBe(0);
  });

  it("has a message in the storage before it is sent", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const adding = outbox.add(text("a"), ME);
    expect(bench.sent).toEqual([]);
    await adding;
    expect(await bench.kept()).toHaveLength(1);
    expect(bench.sent).toHaveLength(1);
  });

  it("sends one at a time per conversation, in the order of writing; conversations do not wait for each other", async () => {
    const outbox = bench.outbox();
    for (const words of ["1", "2", "3"]) await outbox.add(text(words), ME);
    await outbox.add(text("x", "cnv_2"), ME);
    outbox.setSender(ME);
    expect(bench.sent.map((each) => (each.body as { text: string }).text)).toEqual(["1", "x"]);
    outbox.receive(ack(bench.sent[0]!, 1));
    await tasksDone();
    expect(bench.sent.map((each) => (each.body as { text: string }).text)).toEqual(["1", "x", "2"]);
  });

  it("sends the same frame again after a lost ack, and only then", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    await outbox.add(text("a"), ME);
    bench.clock.advance(ACK_TIMEOUT_MS - 1);
    expect(bench.sent).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.sent).toHaveLength(2);
    expect(bench.sent[1]).toEqual(bench.sent[0]);
  });

  it("sends again what was under way when the link broke", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    await outbox.add(text("a"), ME);
    outbox.setSender(null);
    outbox.setSender(ME);
    expect(bench.sent.map((each) => each.cid)).toEqual([bench.sent[0]!.cid, bench.sent[0]!.cid]);
  });

  it("shows a refusal with its reason, keeps it over a reload, and goes on with the next", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const cid = await outbox.add(text("bad"), ME);
    await outbox.add(text("good"), ME);
    outbox.receive({ t: "refuse", cid, code: "message.bad", message: "这条发不了。" });
    await tasksDone();
    expect(bench.sent).toHaveLength(2);
    const after = bench.outbox();
    await after.restore();
    expect(after.of("cnv_1")[0]?.progress).toMatchObject({ tag: "refused", refusal: { code: "message.bad", message: "这条发不了。" } });
    after.setSender(ME);
    after.receive(ack(bench.sent.at(-1)!, 1));
    await after.retry(cid);
    expect(bench.sent.filter((each) => each.cid === cid)).toHaveLength(2);
  });

  it("waits as long as the server says before it tries a retryable one again", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const cid = await outbox.add(text("a"), ME);
    outbox.receive({ t: "refuse", cid, code: "rate", message: "", retryable: true, retry_after_ms: 3_000 });
    await tasksDone();
    bench.clock.advance(2_999);
    expect(bench.sent).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.sent).toHaveLength(2);
  });

  it("never sends what another person wrote at the same browser, until that person became this one", async () => {
    const outbox = bench.outbox();
    await outbox.add(text("a"), "per_visitor");
    outbox.setSender(ME);
    expect(bench.sent).toEqual([]);
    await outbox.adopt("per_visitor", ME);
    expect(bench.sent).toHaveLength(1);
  });

  it("goes on with the next when the event of one comes before its ack", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const cid = await outbox.add(text("1"), ME);
    await outbox.add(text("2"), ME);
    outbox.settle("cnv_1", 1, new Set([cid]));
    expect(bench.sent.map((each) => (each.body as { text: string }).text)).toEqual(["1", "2"]);
  });

  it("forgets what the log shows, even when no ack ever came", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const cid = await outbox.add(text("a"), ME);
    outbox.settle("cnv_1", 9, new Set([cid]));
    await tasksDone();
    expect(outbox.size).toBe(0);
    expect(await bench.kept()).toEqual([]);
  });

  it("can be given up", async () => {
    const outbox = bench.outbox();
    const cid = await outbox.add(text("a"), ME);
    await outbox.discard(cid);
    expect(await bench.kept()).toEqual([]);
    expect(outbox.size).toBe(0);
  });
});

describe("two tabs", () => {
  it("share what waits: one writes, the other sends, both see it go", async () => {
    const writer = bench.outbox();
    const sender = bench.outbox();
    sender.setSender(ME);
    const cid = await writer.add(text("从另一个标签页"), ME);
    for (const news of bench.news.splice(0)) await sender.hear(news);
    expect(bench.sent.map((each) => each.cid)).toEqual([cid]);
    sender.receive(ack(bench.sent[0]!, 3));
    await tasksDone();
    for (const news of bench.news.splice(0)) await writer.hear(news);
    expect(writer.of("cnv_1")[0]?.progress).toMatchObject({ tag: "acked", seq: 3 });
  });
});

describe("a picture", () => {
  const picture: Draft = {
    conv: "cnv_1",
    kind: "picture",
    body: {},
    attachment: { purpose: "picture", blob: new Blob(["x"]), name: "a.png", mediaType: "image/png" },
  };

  it("is uploaded, then sent; words do not wait for it", async () => {
    let finish: (id: string) => void = () => undefined;
    bench.upload = (_entry, _attachment, report) => {
      report.begun("upl_1");
      report.moved(1, 2);
      return new Promise((resolve) => (finish = (id) => resolve({ id, kind: "picture", name: "a.png", size: 1, media_type: "image/png", width: 4, height: 3 })));
    };
    const outbox = bench.outbox();
    outbox.setSender(ME);
    await outbox.add(picture, ME);
    await outbox.add(text("看"), ME);
    expect(outbox.of("cnv_1")[0]?.progress).toEqual({ tag: "uploading", sent: 1, total: 2 });
    expect(bench.sent.map((each) => each.kind)).toEqual(["text"]);
    outbox.receive(ack(bench.sent[0]!, 1));
    finish("fil_1");
    await tasksDone();
    expect(bench.sent[1]).toMatchObject({ kind: "picture", body: { file: "fil_1", width: 4, height: 3 } });
  });

  it("goes before the words that were written under it", async () => {
    let finish: () => void = () => undefined;
    bench.upload = () => new Promise((resolve) => (finish = () => resolve({ id: "fil_1", kind: "picture", name: "a.png", size: 1, media_type: "image/png" })));
    const outbox = bench.outbox();
    outbox.setSender(ME);
    const after = await outbox.add(picture, ME);
    await outbox.add({ ...text("这是她的房间"), after }, ME);
    expect(bench.sent).toEqual([]);
    finish();
    await tasksDone();
    outbox.receive(ack(bench.sent[0]!, 1));
    expect(bench.sent.map((each) => each.kind)).toEqual(["picture", "text"]);
  });

  it("waits for the network and is refused by reason", async () => {
    const outbox = bench.outbox();
    outbox.setSender(ME);
    await outbox.add(picture, ME);
    await tasksDone();
    expect(outbox.of("cnv_1")[0]?.progress).toEqual({ tag: "queued" });
    bench.upload = () => Promise.reject(new Problem(415, "file.unsupported", "这种文件不行。", false));
    bench.clock.advance(30_000);
    await tasksDone();
    expect(outbox.of("cnv_1")[0]?.progress).toMatchObject({ tag: "refused", refusal: { message: "这种文件不行。" } });
  });
});

describe("whatever happens", () => {
  type Step = "write" | "deliver" | "eventFirst" | "loseAck" | "cut" | "reload";

  it("every message arrives exactly once and in order", async () => {
    const steps = fc.array(fc.constantFrom<Step>("write", "write", "deliver", "eventFirst", "loseAck", "cut", "reload"), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const here = new Bench(await openStorage("test", new IDBFactory()));
        const log: string[] = [];
        let outbox = here.outbox();
        outbox.setSender(ME);
        let written = 0;
        const serve = async (answer: boolean, eventFirst = false): Promise<void> => {
          for (const send of here.sent.splice(0)) {
            const words = (send.body as { text: string }).text;
            if (!log.includes(`${send.cid} ${words}`)) log.push(`${send.cid} ${words}`);
            if (eventFirst) outbox.settle(send.conv, log.length, new Set([send.cid]));
            if (answer) outbox.receive(ack(send, log.findIndex((each) => each.startsWith(send.cid)) + 1));
          }
          await tasksDone();
        };
        for (const each of plan) {
          if (each === "write") await outbox.add(text(String(written++)), ME);
          else if (each === "deliver") await serve(true);
          else if (each === "eventFirst") await serve(true, true);
          else if (each === "loseAck") await serve(false);
          else if (each === "cut") (here.sent.splice(0), outbox.setSender(null), outbox.setSender(ME));
          else {
            here.sent.splice(0);
            outbox = here.outbox();
            await outbox.restore();
            outbox.setSender(ME);
          }
        }
        for (let turn = 0; turn < written + 2; turn++) {
          await serve(true);
          here.clock.advance(ACK_TIMEOUT_MS);
        }
        expect(log.map((each) => Number(each.split(" ")[1]))).toEqual([...Array(written).keys()]);
        expect(await here.kept()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 30_000);
});
