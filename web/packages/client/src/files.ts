/**
 * Addresses of attachments: signed, short-lived, asked for in batches and kept until shortly before they expire.
 *
 * Decides only when to ask again; who may see a file is the server's to judge each time.
 */

import type { Clock } from "./clock.ts";
import type { Api } from "./http/api.ts";

export interface FileLink {
  url: string;
  thumb_url: string | null;
  poster_url: string | null;
  expires_at: number;
}

/** Files of one screen are asked for together. */
const GATHER_MS = 15;
/** An address is renewed this long before it ends, so that a slow download still begins in time. */
const MARGIN_MS = 30_000;
const BATCH = 50;

interface Asked {
  resolve(link: FileLink | null): void;
  reject(error: unknown): void;
}

export class FileLinks {
  private readonly kept = new Map<string, FileLink>();
  private readonly asked = new Map<string, Map<string, Asked[]>>();
  private cancel: (() => void) | null = null;

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
  ) {}

  /** The address of `file`; `null` where the reader may not have it. Rejects with `Problem` when nothing answered. */
  link(file: string, conversation: string | null): Promise<FileLink | null> {
    const kept = this.kept.get(file);
    if (kept && kept.expires_at - MARGIN_MS > this.clock.now()) return Promise.resolve(kept);
    return new Promise((resolve, reject) => {
      const files = this.asked.get(conversation ?? "") ?? new Map<string, Asked[]>();
      this.asked.set(conversation ?? "", files);
      files.set(file, [...(files.get(file) ?? []), { resolve, reject }]);
      this.cancel ??= this.clock.after(GATHER_MS, () => this.ask());
    });
  }

  private ask(): void {
    this.cancel = null;
    for (const [conversation, files] of this.asked) {
      const ids = [...files.keys()];
      for (let at = 0; at < ids.length; at += BATCH) {
        void this.fetch(conversation, ids.slice(at, at + BATCH), files);
      }
    }
    this.asked.clear();
  }

  private async fetch(conversation: string, ids: string[], files: Map<string, Asked[]>): Promise<void> {
    try {
      const answer = await this.api.post<{ links: Record<string, FileLink> }>("/files/links", {
        files: ids,
        ...(conversation === "" ? {} : { conversation }),
      });
      for (const id of ids) {
        const link = answer.links[id] ?? null;
        if (link) this.kept.set(id, link);
        for (const { resolve } of files.get(id) ?? []) resolve(link);
      }
    } catch (error) {
      for (const id of ids) for (const { reject } of files.get(id) ?? []) reject(error);
    }
  }
}
