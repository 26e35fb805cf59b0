/**
 * Who is signed in at this desk. Decides who may stay: only people who work for a shop.
 *
 * Holds the one client of the page; another person gets another client, and nothing of the first.
 */
import { Api, openClient, Problem, type Client } from "@liyu/client";
import { nextTick, shallowReadonly, shallowRef } from "vue";

export interface Shop {
  id: string;
  slug: string;
  name: string;
}

export interface Me {
  id: string;
  kind: string;
  name: string;
  avatar: string | null;
  locale: string;
  vip: boolean;
  chain: { id: string; name: string };
  grants: { role: string; shop: string | null }[];
  shops: Shop[];
}

export type Session =
  | { tag: "unknown" }
  | { tag: "out"; why: "none" | "notStaff" | "ended" }
  | { tag: "in"; me: Me; shops: readonly Shop[]; client: Client }
  | { tag: "unreachable"; problem: Problem };

const session = shallowRef<Session>({ tag: "unknown" });

export const api = new Api({ face: "desk", base: "/api/v1", language: () => document.documentElement.lang });

export function useSession(): Readonly<typeof session> {
  return shallowReadonly(session);
}

/** Finds out who is signed in; opens the client for them. */
export async function resume(): Promise<void> {
  if (session.value.tag === "in") return;
  try {
    await enter(await api.get<Me>("/me"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) session.value = { tag: "out", why: "none" };
    else session.value = { tag: "unreachable", problem: error instanceof Problem ? error : new Problem(0, "network", "", true) };
  }
}

/** Signs in. Throws `Problem` with the server's sentence. */
export async function signIn(login: string, password: string): Promise<void> {
  await enter(await api.post<Me>("/sessions", { login, password }));
}

/** What a link tells before it is used. */
export interface LinkPreview {
  purpose: string;
  chain: { id: string; name: string };
  shop: Shop | null;
  roles: string[];
}

/** Looks at a link of the shop. Throws `Problem`. */
export async function lookAtLink(secret: string): Promise<LinkPreview> {
  return await api.post<LinkPreview>("/links/preview", { secret });
}

/** Comes in by a link: as a new person of the shop, or with more roles as who one is. Throws `Problem`. */
export async function takeLink(secret: string, newcomer: { name: string; login: string; password: string }): Promise<void> {
  const known = session.value.tag === "in" ? {} : newcomer;
  await api.post<Me>("/links/redeem", { secret, ...known });
  if (session.value.tag === "in") window.location.assign("/desk/");
  else await enter(await api.get<Me>("/me"));
}

export async function signOut(): Promise<void> {
  leave("none");
  await api.delete("/sessions/current").catch(() => undefined);
}

async function enter(me: Me): Promise<void> {
  if (me.kind !== "staff") {
    session.value = { tag: "out", why: "notStaff" };
    return;
  }
  // A guide may be brought into a conversation of a sister shop: its products are read there.
  const { items: shops } = await api.get<{ items: Shop[] }>("/shops");
  const client = await openClient({ person: me.id, api });
  client.link.stateChanged.on((state) => {
    if (state.tag === "refused" && (state.code === 4401 || state.code === 4402)) leave("ended");
  });
  session.value = { tag: "in", me, shops, client };
}

/** The desk is taken down first; only then is the connection under it. */
function leave(why: "none" | "ended"): void {
  const before = session.value;
  session.value = { tag: "out", why };
  if (before.tag === "in") void nextTick(() => before.client.close());
}
