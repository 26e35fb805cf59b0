/**
 * Products read fresh for cards: one request per product at a time, believed for half a minute.
 *
 * A card in a thread must not show an old price as today's; it shows what was said and, beside it, what holds now.
 */

import type { Clock } from "./clock.ts";
import type { Api } from "./http/api.ts";

export interface ProductPicture {
  url: string;
  thumb_url: string;
  width: number;
  height: number;
  ground: string;
  alt: string;
}

/** What a card needs of a product; the whole answer has more (`@liyu/protocol/rest`). */
export interface ProductSummary {
  id: string;
  slug: string;
  title: string;
  line: string;
  price_minor: number;
  currency: string;
  picture: ProductPicture | null;
  in_stock: boolean;
  stock_here: number;
}

export interface Product extends ProductSummary {
  meaning: string;
  variants: { id: string; name: string; price_minor: number; stock_here: number; in_stock: boolean }[];
  /** For the shop's people only. */
  selling_points: string[] | null;
  stock: { location: string; name: string; here: boolean; available: number }[];
}

export interface ReadProduct {
  product: Product;
  /** When it was read, by this machine's clock. */
  at: number;
}

export const FRESH_MS = 30_000;

export class Products {
  private readonly kept = new Map<string, ReadProduct>();
  private readonly asked = new Map<string, Promise<ReadProduct>>();

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
  ) {}

  /** The product `id` as the shop `slug` sells it now. Rejects with `Problem`. */
  read(slug: string, id: string): Promise<ReadProduct> {
    const key = `${slug}/${id}`;
    const kept = this.kept.get(key);
    if (kept && this.clock.now() - kept.at < FRESH_MS) return Promise.resolve(kept);
    const running = this.asked.get(key);
    if (running) return running;
    const request = this.api
      .get<Product>(`/shops/${slug}/products/${id}`)
      .then((product) => {
        const read = { product, at: this.clock.now() };
        this.kept.set(key, read);
        return read;
      })
      .finally(() => this.asked.delete(key));
    this.asked.set(key, request);
    return request;
  }

  /** What was read last, however old; for the first drawing while a fresh one comes. */
  last(slug: string, id: string): ReadProduct | null {
    return this.kept.get(`${slug}/${id}`) ?? null;
  }
}
