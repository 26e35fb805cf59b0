/** A product read fresh for the side pane; read again when it is looked at anew or grows old. */
import { FRESH_MS, type Client, type ReadProduct } from "@liyu/client";
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";

export interface ProductView {
  read: ShallowRef<ReadProduct | null>;
  failed: Ref<boolean>;
  load(): Promise<void>;
}

export function useProduct(client: Client, shop: string, product: string): ProductView {
  const read = shallowRef(client.products.last(shop, product));
  const failed = ref(false);

  async function load(): Promise<void> {
    try {
      read.value = await client.products.read(shop, product);
      failed.value = false;
    } catch {
      failed.value = true;
    }
  }

  const timer = setInterval(() => document.visibilityState === "visible" && void load(), 2 * FRESH_MS);
  onScopeDispose(() => clearInterval(timer));
  void load();
  return { read, failed, load };
}
