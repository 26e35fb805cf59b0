/** What the customer looks at and has just looked at: kept for this visit, and told to the shop within a conversation. */
import { onScopeDispose, readonly, shallowRef, watch, type ShallowRef } from "vue";

import type { Product, ProductSummary } from "../api/api.ts";
import { useShop } from "./shop.ts";

const KEPT = 4;
const seen = shallowRef<readonly ProductSummary[]>([]);
const now = shallowRef<Product | null>(null);

/** Products looked at during this visit, the newest first. */
export function useSeen(): Readonly<ShallowRef<readonly ProductSummary[]>> {
  return readonly(seen) as Readonly<ShallowRef<readonly ProductSummary[]>>;
}

/** The product that the page shows now, if it shows one. */
export function useNow(): Readonly<ShallowRef<Product | null>> {
  return readonly(now) as Readonly<ShallowRef<Product | null>>;
}

/** Tells `now` to the shop once more: a conversation has just been opened. */
export async function tellAgain(slug: string): Promise<void> {
  const { tellLooking } = await import("./connection.ts");
  await tellLooking(slug, now.value && { id: now.value.id, title: now.value.title });
}

/** The page shows `product()` as long as it stands. */
export function useLooking(product: () => Product | null): void {
  const { slug } = useShop();
  watch(product, (one) => {
    now.value = one;
    if (!one) return;
    seen.value = [one, ...seen.value.filter((other) => other.id !== one.id)].slice(0, KEPT);
    void tellAgain(slug.value).catch(() => null);
  }, { immediate: true });
  onScopeDispose(() => {
    now.value = null;
    void tellAgain(slug.value).catch(() => null);
  });
}
