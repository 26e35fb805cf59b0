/** What the composer understands and sends; catalogues of both languages; notices about the connection. */
import { describe, expect, it } from "vitest";

import { type LinkState, type LogState, NOTHING, Problem } from "@liyu/client";

import { EMOJI, findEmoji } from "../src/composer/emoji.ts";
import { mentionAt } from "../src/composer/mention.ts";
import { resampled } from "../src/composer/recorder.ts";
import { messagesOf, voiceMessage } from "../src/composer/sending.ts";
import en from "../src/locales/en.ts";
import zh from "../src/locales/zh-CN.ts";
import { REACTIONS, reactionUrl } from "../src/reactions/reactions.ts";
import { STICKERS, stickerUrl } from "../src/stickers/stickers.ts";
import { noticeOf } from "../src/thread/strip.ts";
import { lengthWords, sizeWords } from "../src/words.ts";

describe("a mention", () => {
  it("is the word after an @ that begins a word, before the caret", () => {
    expect(mentionAt("看看 @茶壶", 6)).toEqual({ query: "茶壶", from: 3, to: 6 });
    expect(mentionAt("@", 1)).toEqual({ query: "", from: 0, to: 1 });
    expect(mentionAt("好的，@镜子 x", 6)).toEqual({ query: "镜子", from: 3, to: 6 });
    expect(mentionAt("a@b.cn", 6)).toBeNull();
    expect(mentionAt("@茶壶 好", 5)).toBeNull();
  });
});

describe("sending", () => {
  const photo = { blob: new Blob(["x"], { type: "image/jpeg" }), name: "a.jpg" };
  const sheet = { blob: new Blob(["x"], { type: "image/svg+xml" }), name: "b.svg" };

  it("sends files in order, then the words; what is no safe picture goes as a file", () => {
    const sent = messagesOf({ ...NOTHING, text: " 看 ", replyTo: 4, files: [photo, sheet] });
    expect(sent.map(({ kind }) => kind)).toEqual(["picture", "file", "text"]);
    expect(sent[2]!.body).toEqual({ text: "看", reply_to: 4 });
    expect(sent[0]!.body).toEqual({});
  });

  it("lets a file answer when there are no words, and keeps notes among the staff", () => {
    expect(messagesOf({ ...NOTHING, replyTo: 4, files: [photo] })[0]!.body).toEqual({ reply_to: 4 });
    expect(messagesOf({ ...NOTHING, text: "x", note: true, files: [photo] }).map(({ vis }) => vis)).toEqual(["staff", "staff"]);
  });

  it("sends nothing for nothing, and an edit as a change of its target", () => {
    expect(messagesOf({ ...NOTHING, text: "  \n " })).toEqual([]);
    expect(messagesOf({ ...NOTHING, text: "新", editing: 7 })).toEqual([{ kind: "edit", body: { target: 7, text: "新" }, vis: "all" }]);
  });

  it("names a voice note by its type", () => {
    const sent = voiceMessage({ blob: new Blob([]), mediaType: "audio/mp4", durationMs: 900, waveform: [1] }, false, null);
    expect(sent.attachment).toMatchObject({ purpose: "voice", name: "voice.mp4" });
  });

  it("draws loudness with as many values as are asked for", () => {
    expect(resampled([1, 9, 2, 3], 2)).toEqual([9, 3]);
    expect(resampled([5], 4)).toEqual([5, 5, 5, 5]);
    expect(resampled([], 3)).toEqual([0, 0, 0]);
  });
});

describe("signs that are carried", () => {
  it("have a picture each, and words in both languages", () => {
    for (const name of STICKERS) {
      expect(stickerUrl(name), name).toBeTruthy();
      expect(zh.talk.sticker[name], name).toBeTruthy();
      expect(en.talk.sticker[name], name).toBeTruthy();
    }
    expect(stickerUrl("../secret")).toBeNull();
    for (const emoji of REACTIONS) expect(reactionUrl(emoji), emoji).toBeTruthy();
    expect(reactionUrl("🦖")).toBeNull();
  });

  it("are found by words of both languages", () => {
    expect(findEmoji("玫瑰").map(({ emoji }) => emoji)).toEqual(["🌹"]);
    expect(findEmoji("tea").map(({ emoji }) => emoji)).toContain("🍵");
    expect(findEmoji("")).toBe(EMOJI);
    expect(new Set(EMOJI.map(({ emoji }) => emoji)).size).toBe(EMOJI.length);
  });
});

describe("the catalogues", () => {
  function keys(tree: object, path = ""): string[] {
    return Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [`${path}${key} ${(value.match(/\{\w+\}/g) ?? []).sort().join()}`] : keys(value as object, `${path}${key}.`)));
  }
  it("have the same keys and the same places to fill", () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort());
  });
});

describe("the notice", () => {
  const live = { tag: "live" } as LinkState;
  const waiting: LinkState = { tag: "waiting", attempt: 1, waitMs: 9, code: 1006 };
  const input = { log: { tag: "current" } as LogState, loaded: true, online: true, wasLive: true, caught: 0 };

  it("is none when all is current, and says what was caught up", () => {
    expect(noticeOf({ ...input, link: live }).tag).toBe("none");
    expect(noticeOf({ ...input, link: live, caught: 3 }).tag).toBe("caught");
    expect(noticeOf({ ...input, link: live, log: { tag: "behind", have: 2, want: 3 } })).toEqual({ tag: "behind", have: 2, want: 3 });
  });

  it("tells a lost line from a lost network, and from an ended session", () => {
    expect(noticeOf({ ...input, link: waiting }).tag).toBe("lost");
    expect(noticeOf({ ...input, link: waiting, online: false }).tag).toBe("offline");
    expect(noticeOf({ ...input, link: { tag: "refused", code: 4402 } }).tag).toBe("signIn");
    expect(noticeOf({ ...input, link: { tag: "refused", code: 4404 } }).tag).toBe("refused");
    expect(noticeOf({ ...input, link: { tag: "opening", attempt: 0 }, wasLive: false }).tag).toBe("opening");
  });

  it("puts eviction and failure before the rest", () => {
    expect(noticeOf({ ...input, link: waiting, log: { tag: "evicted", code: "x" } }).tag).toBe("evicted");
    expect(noticeOf({ ...input, link: live, log: { tag: "failed", problem: new Problem(404, "x", "没有。", false) } })).toEqual({ tag: "failed", detail: "没有。" });
  });
});

describe("words for numbers", () => {
  it("are short and true", () => {
    expect([400, 7_400, 65_000].map(lengthWords)).toEqual(["1″", "7″", "1′05″"]);
    expect([999, 1_500, 12_345_678].map(sizeWords)).toEqual(["999 B", "1.5 kB", "12 MB"]);
  });
});
