/** What the reader must know about the connection and the log, as one of a few words. Pure. */

import { needsSignIn, type LinkState, type LogState } from "@liyu/client";

export type Notice =
  | { tag: "none" }
  | { tag: "loading" }
  | { tag: "failed"; detail: string }
  | { tag: "offline" }
  | { tag: "lost" }
  | { tag: "opening" }
  | { tag: "behind"; have: number; want: number }
  | { tag: "caught" }
  | { tag: "evicted" }
  | { tag: "signIn" }
  | { tag: "refused" };

export interface NoticeInput {
  link: LinkState;
  log: LogState;
  loaded: boolean;
  /** What the browser says; believed only for the choice of words. */
  online: boolean;
  /** The link was live before: a first connection is not a loss. */
  wasLive: boolean;
  /** Messages that came by catching up, shortly ago. */
  caught: number;
}

export function noticeOf({ link, log, loaded, online, wasLive, caught }: NoticeInput): Notice {
  if (log.tag === "evicted") return { tag: "evicted" };
  if (link.tag === "refused") return { tag: needsSignIn(link.code) ? "signIn" : "refused" };
  if (log.tag === "failed") return { tag: "failed", detail: log.problem.detail };
  if (link.tag === "waiting") return { tag: online ? "lost" : "offline" };
  if (link.tag !== "live") return loaded && (wasLive || link.tag !== "idle") ? { tag: wasLive ? "lost" : "opening" } : { tag: loaded ? "opening" : "loading" };
  if (!loaded) return { tag: "loading" };
  if (log.tag === "behind" && log.want > 0) return { tag: "behind", have: log.have, want: log.want };
  return caught > 0 ? { tag: "caught" } : { tag: "none" };
}
