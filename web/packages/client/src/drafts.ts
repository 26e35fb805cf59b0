/**
 * What was typed and not sent, per conversation: written at every keystroke, read back after a reload or a crash.
 *
 * Two tabs on one conversation: the last keystroke stands.
 */

import type { Storage } from "./storage/database.ts";

export interface Unsent {
  text: string;
  /** The message that is answered. */
  replyTo: number | null;
  /** The message that is being changed. */
  editing: number | null;
  /** An internal note rather than words to the customer. */
  note: boolean;
  /** Pictures and files that were put here and not sent. */
  files: readonly UnsentFile[];
}

export interface UnsentFile {
  blob: Blob;
  name: string;
}

export const NOTHING: Unsent = { text: "", replyTo: null, editing: null, note: false, files: [] };

export class Drafts {
  private readonly cache = new Map<string, Unsent>();
  private readonly writing = new Map<string, Promise<void>>();

  constructor(private readonly storage: Storage) {}

  async get(conv: string): Promise<Unsent> {
    const cached = this.cache.get(conv);
    if (cached) return cached;
    const kept = await this.storage.get<Unsent>("drafts", conv);
    // What was typed while the storage answered is newer.
    return this.cache.get(conv) ?? kept ?? NOTHING;
  }

  /** Resolves when it is kept. Keystrokes during a write are kept by one more write, with the newest words. */
  set(conv: string, draft: Unsent): Promise<void> {
    this.cache.set(conv, draft);
    const running = this.writing.get(conv);
    if (running) return running;
    const work = this.write(conv).finally(() => this.writing.delete(conv));
    this.writing.set(conv, work);
    return work;
  }

  private async write(conv: string): Promise<void> {
    let written: Unsent | undefined;
    while (written !== this.cache.get(conv)) {
      written = this.cache.get(conv)!;
      if (written.text === "" && written.replyTo === null && written.editing === null && written.files.length === 0) {
        await this.storage.delete("drafts", conv);
      } else {
        await this.storage.put("drafts", conv, written);
      }
    }
  }
}
