/** What the desk's keys mean. Pure: the page asks and acts. Letters count only while nothing is being typed. */
export type Command = "next" | "previous" | "write" | "note" | "product" | "take" | "handOver" | "context" | "search" | "tab1" | "tab2" | "tab3" | "keys" | "leave";

export interface KeyHint {
  command: Command;
  /** As drawn; several keys of one command stand side by side. */
  keys: readonly string[];
}

/** In the order of the overview. */
export const KEY_HINTS: readonly KeyHint[] = [
  { command: "next", keys: ["J"] },
  { command: "previous", keys: ["K"] },
  { command: "write", keys: ["R"] },
  { command: "note", keys: ["N"] },
  { command: "product", keys: ["@"] },
  { command: "take", keys: ["A"] },
  { command: "handOver", keys: ["T"] },
  { command: "context", keys: ["I"] },
  { command: "search", keys: ["/"] },
  { command: "tab1", keys: ["1"] },
  { command: "tab2", keys: ["2"] },
  { command: "tab3", keys: ["3"] },
  { command: "leave", keys: ["Esc"] },
  { command: "keys", keys: ["?"] },
];

const PLAIN: Readonly<Record<string, Command>> = {
  j: "next",
  k: "previous",
  r: "write",
  n: "note",
  "@": "product",
  a: "take",
  t: "handOver",
  i: "context",
  "/": "search",
  "1": "tab1",
  "2": "tab2",
  "3": "tab3",
  "?": "keys",
  Escape: "leave",
};

/** While something is typed, the same letters with Alt. By the key's place, for Alt changes letters on some layouts. */
const WITH_ALT: Readonly<Record<string, Command>> = { KeyJ: "next", KeyK: "previous", KeyN: "note", KeyA: "take", KeyT: "handOver", KeyI: "context" };

type Pressed = Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey">;

export function commandOf(event: Pressed, typing: boolean): Command | null {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return "search";
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) return WITH_ALT[event.code] ?? null;
  if (typing) return event.key === "Escape" ? "leave" : null;
  return PLAIN[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

/** Whether keys go into text there. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=range]), textarea, select"));
}
