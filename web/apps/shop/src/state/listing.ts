/** A list of products that grows page by page. The newest question counts; a page that fails leaves the list as it is. */
import { asProblem, type Problem } from "@liyu/client";
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue";

import { api, type ProductList, type ProductSummary } from "../api/api.ts";
import { useResource, type Loaded } from "./resource.ts";
import type { Wish } from "./wish.ts";

const PAGE = 24;

export type More = { readonly tag: "idle" } | { readonly tag: "loading" } | { readonly tag: "failed"; readonly problem: Problem };

export interface Listing {
  readonly first: Loaded<ProductList>;
  readonly items: ComputedRef<readonly ProductSummary[]>;
  readonly total: ComputedRef<number | null>;
  readonly facets: ComputedRef<ProductList["facets"]>;
  readonly hasMore: ComputedRef<boolean>;
  readonly more: Readonly<ShallowRef<More>>;
  /** The next page, unless it is on its way. */
  grow(): Promise<void>;
}

/** Follows `wish` in the shop of `slug`, told in `locale`. */
export function useListing(slug: () => string, wish: () => Wish, locale: () => string): Listing {
  const path = (): string => `/shops/${encodeURIComponent(slug())}/products`;
  const first = useResource<ProductList>(
    () => [slug(), wish(), locale()],
    (signal) => api.get<ProductList>(path(), { query: { ...wish(), limit: PAGE }, signal }),
  );
  const head = computed(() => (first.state.value.tag === "ready" ? first.state.value.value : null));
  const later = shallowRef<readonly ProductSummary[]>([]);
  const cursor = shallowRef<string | null>(null);
  const more = shallowRef<More>({ tag: "idle" });

  watch(head, (page) => {
    later.value = [];
    cursor.value = page?.next_cursor ?? null;
    more.value = { tag: "idle" };
  }, { immediate: true });

  async function grow(): Promise<void> {
    const of = head.value;
    if (more.value.tag === "loading" || cursor.value === null || !of) return;
    more.value = { tag: "loading" };
    try {
      const page = await api.get<ProductList>(path(), { query: { ...wish(), limit: PAGE, cursor: cursor.value } });
      if (head.value !== of) return;
      later.value = [...later.value, ...page.items];
      cursor.value = page.next_cursor;
      more.value = { tag: "idle" };
    } catch (error) {
      if (head.value === of) more.value = { tag: "failed", problem: asProblem(error) };
    }
  }

  return {
    first,
    items: computed(() => [...(head.value?.items ?? []), ...later.value]),
    total: computed(() => head.value?.total ?? null),
    facets: computed(() => head.value?.facets ?? {}),
    hasMore: computed(() => cursor.value !== null),
    more,
    grow,
  };
}
