/** What every part of one thread knows: whose it is, who takes part, and what can be done with a message. */

import type { Client, Draft, Message, Person } from "@liyu/client";
import { inject, provide, type ComputedRef, type InjectionKey } from "vue";

import type { Reach, Side } from "./marks.ts";

export interface ThreadContext {
  client: Client;
  conv: string;
  side: Side;
  /** The shop's address word, for reading products. */
  shop: string;
  people: ComputedRef<ReadonlyMap<string, Person>>;
  reach: ComputedRef<Reach>;
  isMine(actor: string): boolean;
  /** Resolves with the message's `cid` when it is kept. */
  send(draft: Omit<Draft, "conv">): Promise<string>;
  answer(message: Message): void;
  edit(message: Message): void;
  showPicture(message: Message): void;
  /** Brings a message into view, loading older ones when it must. */
  goTo(seq: number): void;
  find(seq: number): Promise<Message | null>;
  productHref: ((product: string) => string) | null;
}

const KEY: InjectionKey<ThreadContext> = Symbol("thread");

export function provideThread(context: ThreadContext): void {
  provide(KEY, context);
}

export function useThread(): ThreadContext {
  const context = inject(KEY);
  if (!context) throw new Error("a part of a thread is drawn outside of one");
  return context;
}
