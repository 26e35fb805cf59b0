/** The one line under a product's name: what is true of it now, from stock alone. Decides which sentence; no text. */
import type { ProductSummary } from "../api/api.ts";

/** At and below this many pieces the number itself is worth saying. */
const FEW = 3;

export type StockPromise =
  | { readonly tag: "here" }
  | { readonly tag: "few"; readonly count: number }
  | { readonly tag: "elsewhere" }
  | { readonly tag: "out" };

/** Where the product is: in this shop, in another place of the chain, or nowhere at present. */
export function promiseOf(product: Pick<ProductSummary, "stock_here" | "in_stock">): StockPromise {
  if (product.stock_here > FEW) return { tag: "here" };
  if (product.stock_here > 0) return { tag: "few", count: product.stock_here };
  return { tag: product.in_stock ? "elsewhere" : "out" };
}
