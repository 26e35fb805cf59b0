/** The word after `@` that is being typed before the caret. Pure. */

export interface Mention {
  query: string;
  /** Where `@` stands in the text, and where the word ends. */
  from: number;
  to: number;
}

/** `null` when the caret is not behind an `@` that begins a word (an address such as `a@b` is none). */
export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|[\s，。！？、：；])@([^\s@]{0,30})$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const query = found[1]!;
  return { query, from: caret - query.length - 1, to: caret };
}
