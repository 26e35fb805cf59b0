/**
 * Something loaded from the server, as one tagged state: on its way, here, or failed with the server's own sentence.
 * While it is asked for again the old value stays. Only the newest question's answer counts.
 */
import { asProblem, type Problem } from "@liyu/client";
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

export type Resource<T> =
  | { readonly tag: "loading" }
  | { readonly tag: "ready"; readonly value: T; readonly renewing: boolean }
  | { readonly tag: "failed"; readonly problem: Problem };

export interface Loaded<T> {
  readonly state: Readonly<ShallowRef<Resource<T>>>;
  /** Asks again, for the same key. */
  reload(): void;
}

/**
 * Loads with `load` at once and whenever `key` changes. `first`: a value that is already here for the first key.
 * With `keep` false the old value goes as soon as the key changes (another product, not the same list narrowed).
 */
export function useResource<T>(
  key: () => unknown,
  load: (signal: AbortSignal) => Promise<T>,
  { first = null, keep = true }: { first?: T | null; keep?: boolean } = {},
): Loaded<T> {
  const state = shallowRef<Resource<T>>(first === null ? { tag: "loading" } : { tag: "ready", value: first, renewing: false });
  let current: AbortController | null = null;

  async function run(keepOld: boolean): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    const before = state.value;
    state.value = keepOld && before.tag === "ready" ? { ...before, renewing: true } : { tag: "loading" };
    try {
      const value = await load(mine.signal);
      if (current === mine) state.value = { tag: "ready", value, renewing: false };
    } catch (error) {
      if (current === mine && !mine.signal.aborted) state.value = { tag: "failed", problem: asProblem(error) };
    }
  }

  if (first === null) void run(false);
  watch(key, (now, before) => JSON.stringify(now) !== JSON.stringify(before) && void run(keep));
  onScopeDispose(() => current?.abort());
  return { state, reload: () => void run(false) };
}
