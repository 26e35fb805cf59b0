/** A message in one line, for quotes, notices and lists. The words for kinds come from the catalogue. */

import type { Bodies, Message } from "@liyu/client";

type Say = (key: string, values?: Record<string, unknown>) => string;

/** The text itself, or `[Picture]` and the like; a recalled message says only that. */
export function previewOf(message: Pick<Message, "kind" | "body" | "state">, t: Say): string {
  if (message.state?.recalled) return t("talk.preview.recalled");
  switch (message.kind) {
    case "text":
      return message.state?.text ?? (message.body as Bodies["text"]).text;
    case "question":
      return (message.body as Bodies["question"]).text;
    case "product":
      return t("talk.preview.product", { title: (message.body as Bodies["product"]).title });
    case "file":
      return t("talk.preview.file", { name: (message.body as Bodies["file"]).name });
    case "picture":
    case "voice":
    case "sticker":
      return t(`talk.preview.${message.kind}`);
    default:
      return t("talk.unknown");
  }
}
