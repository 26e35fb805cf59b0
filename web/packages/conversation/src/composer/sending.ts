/** Turns what was written into messages for the outbox: files first, in order, then the words. Pure. */

import type { Draft, Unsent, UnsentFile } from "@liyu/client";

import type { Recording } from "./recorder.ts";

/** What browsers show and the server re-encodes; anything else goes as a file. */
const PICTURES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/heif"]);

export function isPicture(blob: Blob): boolean {
  return PICTURES.has(blob.type);
}

type Outgoing = Omit<Draft, "conv">;

export function messagesOf(draft: Unsent): Outgoing[] {
  const vis = draft.note ? "staff" : "all";
  const text = draft.text.trim();
  const reply = draft.replyTo === null ? {} : { reply_to: draft.replyTo };
  if (draft.editing !== null) return text === "" ? [] : [{ kind: "edit", body: { target: draft.editing, text }, vis }];
  const files = draft.files.map((file, at) => fileMessage(file, vis, text === "" && at === 0 ? reply : {}));
  return text === "" ? files : [...files, { kind: "text", body: { text, ...reply }, vis }];
}

function fileMessage({ blob, name }: UnsentFile, vis: string, reply: Record<string, unknown>): Outgoing {
  const kind = isPicture(blob) ? "picture" : "file";
  const mediaType = blob.type || "application/octet-stream";
  return { kind, body: reply, vis, attachment: { purpose: kind, blob, name, mediaType } };
}

export function voiceMessage(recording: Recording, note: boolean, replyTo: number | null): Outgoing {
  const { blob, mediaType, durationMs, waveform } = recording;
  const extension = mediaType.split("/")[1] ?? "webm";
  return {
    kind: "voice",
    body: { duration_ms: durationMs, waveform, ...(replyTo === null ? {} : { reply_to: replyTo }) },
    vis: note ? "staff" : "all",
    attachment: { purpose: "voice", blob, name: `voice.${extension}`, mediaType },
  };
}
