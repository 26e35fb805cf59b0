/** Search in the words of one's conversations, by the server; asks when typing pauses and drops late answers. */
import type { Client } from "@liyu/client";
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from "vue";

export interface FoundMessage {
  conv: string;
  seq: number;
  at: number;
  actor: string;
  text: string;
}

export interface MessageSearch {
  found: ShallowRef<readonly FoundMessage[]>;
  state: ShallowRef<"idle" | "asking" | "failed" | "done">;
}

const PAUSE_MS = 250;

export function useMessageSearch(client: Client, wish: Ref<string>): MessageSearch {
  const found = shallowRef<readonly FoundMessage[]>([]);
  const state = shallowRef<"idle" | "asking" | "failed" | "done">("idle");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;

  async function ask(words: string, turn: number): Promise<void> {
    try {
      const { items } = await client.api.get<{ items: FoundMessage[] }>("/search/messages", { query: { q: words, limit: 20 } });
      if (turn !== last) return;
      found.value = items;
      state.value = "done";
    } catch {
      if (turn === last) state.value = "failed";
    }
  }

  watch(wish, (words) => {
    clearTimeout(timer);
    const turn = ++last;
    found.value = [];
    const trimmed = words.trim();
    state.value = trimmed === "" ? "idle" : "asking";
    if (trimmed !== "") timer = setTimeout(() => void ask(trimmed, turn), PAUSE_MS);
  });
  onScopeDispose(() => clearTimeout(timer));
  return { found, state };
}
