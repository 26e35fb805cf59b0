/** The inboxes of one guide as Vue sees them, and the server's clock. Draws nothing. */
import { asProblem, type Client, type InboxEntry, type InboxStore, type Problem } from "@liyu/client";
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { gathered } from "./queue.ts";

export type InboxesState = { tag: "loading" } | { tag: "ready" } | { tag: "failed"; problem: Problem };

export interface Inboxes {
  entries: ShallowRef<readonly InboxEntry[]>;
  state: ShallowRef<InboxesState>;
  more: Ref<boolean>;
  /** The server's time, by the second. */
  now: Ref<number>;
  load(): Promise<void>;
  loadMore(): void;
}

interface Heads {
  items: { owner: string; name: string; rev: number }[];
}

export function useInboxes(client: Client): Inboxes {
  const entries = shallowRef<readonly InboxEntry[]>([]);
  const state = shallowRef<InboxesState>({ tag: "loading" });
  const more = ref(false);
  const now = ref(Date.now());
  const stores: InboxStore[] = [];
  const stops: (() => void)[] = [];
  let offset = 0;

  function gather(): void {
    entries.value = gathered(stores.map((store) => store.entries.values()));
    more.value = stores.some((store) => store.state.tag === "ready" && store.state.more);
    const failed = stores.find((store) => store.state.tag === "failed");
    if (failed?.state.tag === "failed" && failed.entries.size === 0) state.value = { tag: "failed", problem: failed.state.problem };
    else if (stores.every((store) => store.state.tag !== "loading")) state.value = { tag: "ready" };
  }

  async function load(): Promise<void> {
    try {
      const { items } = await client.api.get<Heads>("/inboxes");
      for (const { owner } of items) {
        const store = client.inbox(owner);
        if (stores.includes(store)) {
          if (store.state.tag === "failed") void store.load();
          continue;
        }
        stores.push(store);
        stops.push(store.changed.on(gather));
      }
      gather();
    } catch (error) {
      state.value = { tag: "failed", problem: asProblem(error) };
    }
  }

  const listen = client.link.stateChanged.on((link) => {
    if (link.tag !== "live") return;
    offset = link.welcome.now - Date.now();
    if (state.value.tag === "failed") void load();
  });
  const clock = setInterval(() => (now.value = Date.now() + offset), 1000);
  onScopeDispose(() => {
    listen();
    clearInterval(clock);
    for (const stop of stops) stop();
  });
  void load();
  return { entries, state, more, now, load, loadMore: () => stores.forEach((store) => void store.loadMore()) };
}
