/** What keys mean in groups and texts. Pure: components ask, and act themselves. */

/** The place that an arrow, Home or End key leads to in a ring of `count` choices; `null` when the key means nothing. */
export function neighbour(key: string, at: number, count: number): number | null {
  if (count < 1) return null;
  if (key === "ArrowRight" || key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}

/** Whether a key belongs to an input method that is still composing: then Enter chooses characters and sends nothing.
 * Safari ends the composition before it tells the key, and keeps only the old key code 229. */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}
