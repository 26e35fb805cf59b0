/** One conversation as Vue sees it: the client's stores as shallow refs. Draws nothing and decides nothing. */

import type { Client, LinkState, LogState, Signs, Snapshot, Waiting } from "@liyu/client";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

export interface ConversationView {
  snapshot: ShallowRef<Snapshot | null>;
  logState: ShallowRef<LogState>;
  link: ShallowRef<LinkState>;
  waiting: ShallowRef<readonly Waiting[]>;
  signs: ShallowRef<Signs>;
}

/** Follows `conv` until the component is gone. `first`: a snapshot that is already at hand. */
export function useConversation(client: Client, conv: string, first: Snapshot | null): ConversationView {
  const log = client.conversation(conv, first);
  const view: ConversationView = {
    snapshot: shallowRef(log.snapshot),
    logState: shallowRef(log.state),
    link: shallowRef(client.link.state),
    waiting: shallowRef(client.outbox.of(conv)),
    signs: shallowRef(client.signals.of(conv)),
  };
  const stop = [
    log.changed.on(() => {
      view.snapshot.value = log.snapshot;
      view.logState.value = log.state;
    }),
    client.link.stateChanged.on((state) => (view.link.value = state)),
    client.outbox.changed.on(() => (view.waiting.value = client.outbox.of(conv))),
    client.signals.changed.on((of) => {
      if (of === conv) view.signs.value = client.signals.of(conv);
    }),
  ];
  onScopeDispose(() => {
    for (const each of stop) each();
    client.release(conv);
  });
  return view;
}
