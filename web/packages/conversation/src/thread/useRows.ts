/** The thread's rows as they change, the line before what is new, and how many came while the reader was elsewhere. */

import type { Client, ConversationLog } from "@liyu/client";
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";

import { dayNumber } from "../words.ts";
import { isSpoken, RowBuilder, type Row } from "./rows.ts";
import type { ConversationView } from "./useConversation.ts";

export interface RowsView {
  rows: ShallowRef<readonly Row[]>;
  /** The row to open at: the unread line, or `null` for the end. */
  startAt: Ref<string | null>;
  newBelow: Ref<number>;
  clearNew(): void;
}

interface Wanted {
  client: Client;
  log: ConversationLog;
  view: ConversationView;
  isMine(actor: string): boolean;
  atEnd: Ref<boolean>;
}

export function useRows({ client, log, view, isMine, atEnd }: Wanted): RowsView {
  const builder = new RowBuilder();
  const rows = shallowRef<readonly Row[]>([]);
  const newBelow = ref(0);
  const startAt = ref<string | null>(null);
  let unreadAfter: number | null | undefined;

  /** Fixed when the thread is opened: the line must not move while one reads. */
  function lineAfter(): number | null {
    const snapshot = view.snapshot.value;
    if (!snapshot) return null;
    if (unreadAfter === undefined) {
      const read = snapshot.members.find(({ person }) => person.id === client.person)?.read ?? 0;
      const unread = snapshot.messages.filter((message) => message.seq > read && !isMine(message.actor) && isSpoken(message));
      unreadAfter = read > 0 && unread.length > 0 ? read : null;
      startAt.value = unreadAfter === null ? null : "unread";
    }
    return unreadAfter;
  }

  function build(): void {
    const snapshot = view.snapshot.value;
    if (!snapshot) return;
    rows.value = builder.build({ snapshot, waiting: view.waiting.value, unreadAfter: lineAfter(), isMine, dayOf: dayNumber });
  }

  watch([view.snapshot, view.waiting], build, { immediate: true });
  onScopeDispose(
    log.arrived.on((events) => {
      if (!atEnd.value) newBelow.value += events.filter((event) => !isMine(event.actor) && isSpoken(event)).length;
    }),
  );
  return {
    rows,
    startAt,
    newBelow,
    clearNew: () => (newBelow.value = 0),
  };
}
