/**
 * What a customer who waits for an answer may honestly be told. Pure, but for `useWait`, which asks the server.
 *
 * Nothing is estimated here: the server says what recent waits support, and nothing is said beyond that.
 */
import type { Client, Snapshot } from "@liyu/client";
import { isStaff } from "@liyu/conversation";
import { MESSAGES, type components } from "@liyu/protocol";
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import type { Shop } from "../api/api.ts";

export type Wait = components["schemas"]["WaitOut"];

/** `tag`: the sentence; `count`: conversations before this one; `about`: how long, if that is known. */
export interface WaitLine {
  readonly tag: "closed" | "nobody" | "ahead" | "aheadAbout" | "soon" | "within" | "there";
  readonly count: number;
  readonly about: Span | null;
}

export interface Span {
  readonly unit: "minutes" | "hours";
  readonly count: number;
}

const REFRESH_MS = 30_000;
const MINUTE_MS = 60_000;
const MESSAGE_KINDS: readonly string[] = MESSAGES;

/** The customer's oldest message that nobody of the shop has answered, as far as is loaded. `null`: nobody waits. */
export function unansweredSince(snapshot: Snapshot | null, me: string): number | null {
  if (!snapshot) return null;
  const roles = new Map(snapshot.members.map(({ person }) => [person.id, person.role]));
  let oldest: number | null = null;
  for (const message of [...snapshot.messages].reverse()) {
    if (!MESSAGE_KINDS.includes(message.kind) || (message.vis ?? "all") !== "all") continue;
    const role = roles.get(message.actor) ?? "";
    if (isStaff(role)) break;
    if (message.actor === me || role === "customer") oldest = message.seq;
  }
  return oldest;
}

/** Rounded up: a wait is never made to look shorter. */
export function spanOf(ms: number): Span {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE_MS));
  return minutes < 60 ? { unit: "minutes", count: minutes } : { unit: "hours", count: Math.ceil(minutes / 60) };
}

export function waitLineOf(wait: Wait, shop: Pick<Shop, "open_now" | "opens_at" | "closes_at">, now: number): WaitLine {
  const open = shop.open_now ? shop.closes_at === null || shop.closes_at > now : shop.opens_at !== null && shop.opens_at <= now;
  const about = wait.about_ms === null ? null : spanOf(wait.about_ms);
  if (wait.nobody) return { tag: open ? "nobody" : "closed", count: 0, about: null };
  if (wait.ahead > 0) return { tag: about ? "aheadAbout" : "ahead", count: wait.ahead, about };
  if (wait.about_ms === null) return { tag: "there", count: 0, about };
  return { tag: wait.about_ms <= MINUTE_MS ? "soon" : "within", count: 0, about };
}

/** The wait of `conv` while its customer has no answer; `null` otherwise, and where the server does not say. */
export function useWait(client: Client, conv: string, snapshot: () => Snapshot | null): Readonly<ShallowRef<Wait | null>> {
  const wait = shallowRef<Wait | null>(null);
  let turn = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function ask(): Promise<void> {
    const mine = ++turn;
    const found = await client.api.get<Wait>(`/conversations/${conv}/wait`).catch(() => null);
    if (turn === mine) wait.value = found;
  }

  function stop(): void {
    turn += 1;
    clearInterval(timer);
    wait.value = null;
  }

  // Being taken by somebody changes what is true; so does a new question after an answer.
  watch(
    [() => unansweredSince(snapshot(), client.person), () => snapshot()?.assignee ?? null],
    ([since]) => {
      if (since === null) return stop();
      void ask();
      clearInterval(timer);
      timer = setInterval(() => void ask(), REFRESH_MS);
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return wait;
}
